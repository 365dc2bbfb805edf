// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
//
// Raft as the core does it, in the parts that are unusual: a membership is in force once applied, one
// joint step at a time, after an entry of the own term (consensus/README.md, 6), with a learner that
// becomes a voter, a voter that becomes a learner, and reads confirmed by a quorum.
//
// Coarser than the core: a request and what it does at its receiver are one step, whose answer may be
// lost. Wider than the core: anybody may stand at any time, as after a transfer or a stale pre-vote,
// and whatever a node knows to be committed is applied. README.md has the bounds and the figures.

#define NODES 4
#ifndef TERMS
#define TERMS 3
#endif
#ifndef ENTRIES
#define ENTRIES 4
#endif
#ifndef CRASHES
#define CRASHES 1
#endif

// Memberships: 0 is {0,1,2} with learner 3; 1 joins that with {1,2,3}; 2 is {1,2,3} with learner 0.
// Entries: kind 0 changes nothing, kind 1 brings membership 1, kind 2 brings membership 2.
#define BIT(i) (1 << (i))
#define COUNT(s, a, b, c) ((((s) >> (a)) & 1) + (((s) >> (b)) & 1) + (((s) >> (c)) & 1))
#define OLD(s) (COUNT(s, 0, 1, 2) >= 2)
#define NEW(s) (COUNT(s, 1, 2, 3) >= 2)
#define QUORUM(c, s) (((c) == 2 || OLD(s)) && ((c) == 0 || NEW(s)))
#define IS_VOTER(c, i) (((c) == 0 && (i) != 3) || (c) == 1 || ((c) == 2 && (i) != 0))
#define AT(i, k) ((i) * ENTRIES + (k))
#define LAST_TERM(i) (length[i] == 0 -> 0 : entry_term[AT(i, length[i] - 1)])
#define NEWER(a, b) (LAST_TERM(a) > LAST_TERM(b) || (LAST_TERM(a) == LAST_TERM(b) && length[a] >= length[b]))
#define MATCH(l, j) ((j) == (l) -> length[l] : match[(l) * NODES + (j)])

// Defects that can be put back; run_model.py demands that each is found.
#ifdef READS_WITHOUT_QUORUM
#define CONFIRMS(c, s) (true)
#else
#define CONFIRMS(c, s) QUORUM(c, s)
#endif
#ifdef VOTES_WITHOUT_LOG
#define MAY_VOTE_FOR(i, j) (true)
#else
#define MAY_VOTE_FOR(i, j) NEWER(i, j)
#endif
#ifdef JOINT_NEEDS_NEW_ONLY
#define ELECTS(c, s) ((c) == 1 -> NEW(s) : QUORUM(c, s))
#else
#define ELECTS(c, s) QUORUM(c, s)
#endif

#define FOLLOWER 0
#define CANDIDATE 1
#define LEADER 2

byte term[NODES];
byte vote[NODES];  // id + 1
byte role[NODES];
byte granted[NODES];
byte length[NODES];
byte commit[NODES];
byte config[NODES];
byte start[NODES];  // a leader's first entry, counted from 1
byte entry_term[NODES * ENTRIES];
byte entry_kind[NODES * ENTRIES];
byte match[NODES * NODES];
byte crashes;

// What was ever seen: who led a term, what was committed and in which term at the latest.
byte led_by[TERMS + 1];
byte seen;
byte seen_term[ENTRIES];
byte seen_kind[ENTRIES];
byte seen_in[ENTRIES];

byte k;
byte s;
byte x;
byte known;

inline step_down(i, t) {
  if
  :: t > term[i] -> term[i] = t; vote[i] = 0
  :: else
  fi;
  role[i] = FOLLOWER; granted[i] = 0; start[i] = 0;
  match[i * NODES] = 0; match[i * NODES + 1] = 0; match[i * NODES + 2] = 0; match[i * NODES + 3] = 0
}

// Node i knows entries up to n to be committed, and applies them: state machine safety.
inline commit_to(i, n) {
  do
  :: commit[i] < n ->
     k = commit[i];
     if
     :: k < seen ->
        assert(seen_term[k] == entry_term[AT(i, k)] && seen_kind[k] == entry_kind[AT(i, k)]);
        if
        :: term[i] < seen_in[k] -> seen_in[k] = term[i]
        :: else
        fi
     :: else ->
        assert(k == seen);
        seen_term[k] = entry_term[AT(i, k)]; seen_kind[k] = entry_kind[AT(i, k)]; seen_in[k] = term[i];
        seen++
     fi;
     if
     :: entry_kind[AT(i, k)] > 0 ->
        assert(entry_kind[AT(i, k)] == config[i] + 1 || entry_kind[AT(i, k)] == config[i]);
        config[i] = entry_kind[AT(i, k)]
     :: else
     fi;
     commit[i]++
  :: else -> break
  od;
  k = 0
}

// Election safety and leader completeness.
inline become_leader(i) {
  assert(led_by[term[i]] == 0 || led_by[term[i]] == i + 1);
  led_by[term[i]] = i + 1;
  k = 0;
  do
  :: k < seen ->
     assert(seen_in[k] >= term[i] || (length[i] > k && entry_term[AT(i, k)] == seen_term[k]));
     k++
  :: else -> break
  od;
  k = 0;
  role[i] = LEADER; granted[i] = 0;
  entry_term[AT(i, length[i])] = term[i]; entry_kind[AT(i, length[i])] = 0;
  length[i]++;
  start[i] = length[i]
}

inline stand(i) {
  step_down(i, term[i] + 1);
  role[i] = CANDIDATE; vote[i] = i + 1; granted[i] = BIT(i)
}

// j is asked for its vote; the answer may be lost.
inline ask(i, j) {
  if
  :: term[j] < term[i] -> step_down(j, term[i])
  :: else
  fi;
  if
  :: term[j] == term[i] && (vote[j] == 0 || vote[j] == i + 1) && MAY_VOTE_FOR(i, j) ->
     vote[j] = i + 1;
     if
     :: granted[i] = granted[i] | BIT(j)
     :: skip
     fi
  :: term[j] > term[i] -> step_down(i, term[j])
  :: else
  fi
}

// The leader sends the entry behind the first x, or none, to j, who takes it if what is before agrees.
inline send(l, j) {
  if
  :: term[j] > term[l] -> step_down(l, term[j])
  :: else ->
     if
     :: term[j] < term[l] || role[j] != FOLLOWER -> step_down(j, term[l])
     :: else
     fi;
     if
     :: x == 0 || (x <= length[j] && entry_term[AT(j, x - 1)] == entry_term[AT(l, x - 1)]) ->
        if
        :: x < length[l] ->
           if
           :: x < length[j] && entry_term[AT(j, x)] != entry_term[AT(l, x)] ->
              assert(x >= commit[j]);
              do
              :: length[j] > x ->
                 length[j]--;
                 entry_term[AT(j, length[j])] = 0; entry_kind[AT(j, length[j])] = 0
              :: else -> break
              od
           :: else
           fi;
           entry_term[AT(j, x)] = entry_term[AT(l, x)]; entry_kind[AT(j, x)] = entry_kind[AT(l, x)];
           length[j] = (length[j] > x + 1 -> length[j] : x + 1);
           x++
        :: else
        fi;
        known = (commit[l] < x -> commit[l] : x);
        commit_to(j, known);
        known = 0;
        if
        :: MATCH(l, j) < x -> match[l * NODES + j] = x
        :: skip
        fi
     :: else
     fi;
     x = 0
  fi
}

inline holders(l, n) {
  s = 0;
  s = s | (MATCH(l, 0) >= n -> 1 : 0);
  s = s | (MATCH(l, 1) >= n -> 2 : 0);
  s = s | (MATCH(l, 2) >= n -> 4 : 0);
  s = s | (MATCH(l, 3) >= n -> 8 : 0)
}

inline followers_of(l) {
  s = 0;
  s = s | (term[0] == term[l] -> 1 : 0);
  s = s | (term[1] == term[l] -> 2 : 0);
  s = s | (term[2] == term[l] -> 4 : 0);
  s = s | (term[3] == term[l] -> 8 : 0)
}

proctype node(byte i) {
  byte j;
  byte n;
  do
  :: d_step { role[i] != LEADER && term[i] < TERMS && length[i] < ENTRIES && IS_VOTER(config[i], i) ->
              stand(i) }
  :: atomic { role[i] == CANDIDATE -> select(j : 0 .. NODES - 1);
              if
              :: j != i && IS_VOTER(config[i], j) && (granted[i] & BIT(j)) == 0 -> ask(i, j)
              :: else
              fi; j = 0 }
  :: d_step { role[i] == CANDIDATE && ELECTS(config[i], granted[i]) -> become_leader(i) }
  :: atomic { role[i] == LEADER -> select(j : 0 .. NODES - 1); select(x : 0 .. ENTRIES);
              if
              :: j != i && x <= length[i] -> send(i, j)
              :: else -> x = 0
              fi; j = 0 }
  :: d_step { role[i] == LEADER && commit[i] < length[i] ->
              n = length[i];
              do
              :: n > commit[i] ->
                 holders(i, n);
                 if
                 :: QUORUM(config[i], s) && n >= start[i] -> break
                 :: else -> n--
                 fi
              :: else -> break
              od;
              // Entries behind one that changes the membership wait for the new one's quorum.
              if
              :: n > commit[i] -> commit_to(i, n)
              :: else
              fi;
              if
              :: !IS_VOTER(config[i], i) -> step_down(i, term[i])
              :: else
              fi;
              n = 0; s = 0; k = 0 }
  :: d_step { role[i] == LEADER && length[i] < ENTRIES && config[i] < 2 && commit[i] >= start[i] &&
              (length[i] == start[i] || commit[i] == length[i]) ->
              entry_term[AT(i, length[i])] = term[i];
              entry_kind[AT(i, length[i])] = config[i] + 1;
              length[i]++ }
  :: d_step { role[i] == LEADER && commit[i] >= start[i] ->
              // ReadIndex: a quorum still knows this leader, so nothing newer is committed anywhere.
              followers_of(i);
              if
              :: CONFIRMS(config[i], s) -> assert(commit[i] == seen)
              :: else
              fi;
              s = 0 }
  :: d_step { crashes < CRASHES && role[i] != FOLLOWER -> crashes++; step_down(i, term[i]) }
  od
}

init {
  atomic { run node(0); run node(1); run node(2); run node(3) }
}
