# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0

# add_module(NAME node_crypto SOURCES a.cc b.cc PUBLIC node_base PRIVATE OpenSSL::Crypto)
# One static library for one folder. PUBLIC: named in the module's headers. PRIVATE: only in its sources.
function(add_module)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  string(REPLACE "_" "::" alias ${ARG_NAME})
  add_library(sekisho::${alias} ALIAS ${ARG_NAME})
  target_include_directories(${ARG_NAME} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  target_link_libraries(${ARG_NAME} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} sekisho_options)
endfunction()

# add_unit_test(NAME base_test SOURCES a_test.cc LIBS node_base [LABEL unit] [ARGS ...])
# One GoogleTest program, one CTest entry; --gtest_filter narrows it by hand.
function(add_unit_test)
  cmake_parse_arguments(ARG "" "NAME;LABEL;TIMEOUT" "SOURCES;LIBS;ARGS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gtest_main
                        sekisho_options)
  target_compile_definitions(${ARG_NAME} PRIVATE SEKISHO_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} ${ARG_ARGS})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# add_fuzz_target(NAME fuzz_csv SOURCES fuzz_csv.cc LIBS converter)
# The source defines LLVMFuzzerTestOneInput. g++ builds a program that replays tests/fuzz/corpus/<name without
# fuzz_> as a CTest test; the fuzz preset (clang) builds the explorer.
function(add_fuzz_target)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LIBS" ${ARGN})
  string(REGEX REPLACE "^fuzz_" "" corpus ${ARG_NAME})
  if(SEKISHO_FUZZ)
    add_executable(${ARG_NAME} ${ARG_SOURCES})
    target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer,address,undefined)
    target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBS} sekisho_options)
  else()
    add_executable(${ARG_NAME} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBS} sekisho_options)
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${corpus})
    set_tests_properties(${ARG_NAME} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endfunction()
