# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
# Language level, warnings, sanitizers and the compiler cache, in one place.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(SEKISHO_WERROR "Treat warnings as errors" ON)
set(SEKISHO_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined or thread")
option(SEKISHO_FUZZ "Build the libFuzzer explorers (clang only)" OFF)
option(SEKISHO_COVERAGE "Instrument for coverage" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(sekisho_options INTERFACE)
target_compile_options(sekisho_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -Wrestrict: false alarms on string concatenation in g++ 12 (GCC bug 105651).
  target_compile_options(sekisho_options INTERFACE -Wduplicated-cond -Wlogical-op -Wno-restrict)
endif()
if(SEKISHO_WERROR)
  target_compile_options(sekisho_options INTERFACE -Werror)
endif()
# Every machine of a consortium computes the same bytes; contraction of a*b+c is no exception.
target_compile_options(sekisho_options INTERFACE -ffp-contract=off)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(sekisho_options INTERFACE _FORTIFY_SOURCE=2)
endif()
if(SEKISHO_SANITIZE)
  target_compile_options(sekisho_options INTERFACE
    -fsanitize=${SEKISHO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sekisho_options INTERFACE -fsanitize=${SEKISHO_SANITIZE})
  if(SEKISHO_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(sekisho_options INTERFACE -Wno-tsan)
  endif()
endif()
if(SEKISHO_COVERAGE)
  target_compile_options(sekisho_options INTERFACE --coverage)
  target_link_options(sekisho_options INTERFACE --coverage)
endif()
