// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0

// etcd_oracle reads what core_schedule prints: commands ("> propose 1 7") and the state that our core
// was in behind each ("= 1 leader 1 1 1 1,1 | ..."). It carries the same commands out on etcd's raft
// and stops at the first state that differs. README.md says what is compared and what is not.
package main

import (
	"bufio"
	"fmt"
	"io/ioutil"
	"log"
	"os"
	"strconv"
	"strings"

	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
)

// store is etcd's own storage in memory with a fixed membership.
type store struct {
	*raft.MemoryStorage
	voters []uint64
}

func (s *store) InitialState() (pb.HardState, pb.ConfState, error) {
	hard, _, err := s.MemoryStorage.InitialState()
	return hard, pb.ConfState{Voters: s.voters}, err
}

type node struct {
	store   *store
	raw     *raft.RawNode
	applied uint64
	mayLead bool // its commit index may be ahead of ours until they have met again
}

type cluster struct {
	nodes map[uint64]*node
	size  uint64
	cuts  map[[2]uint64]bool
	net   []pb.Message
}

func (c *cluster) start(id uint64) {
	n := c.nodes[id]
	raw, err := raft.NewRawNode(&raft.Config{
		ID: id, ElectionTick: 10, HeartbeatTick: 1, Storage: n.store, Applied: n.applied,
		MaxSizePerMsg: 1 << 20, MaxInflightMsgs: 256, PreVote: true,
		Logger: &raft.DefaultLogger{Logger: log.New(ioutil.Discard, "", 0)},
	})
	if err != nil {
		log.Fatal(err)
	}
	n.raw = raw
}

func newCluster(size uint64) *cluster {
	c := &cluster{nodes: map[uint64]*node{}, size: size, cuts: map[[2]uint64]bool{}}
	voters := []uint64{}
	for id := uint64(1); id <= size; id++ {
		voters = append(voters, id)
	}
	for id := uint64(1); id <= size; id++ {
		c.nodes[id] = &node{store: &store{raft.NewMemoryStorage(), voters}}
		c.start(id)
	}
	return c
}

// carryOut persists, sends and applies until every node wants nothing more.
func (c *cluster) carryOut(id uint64) {
	n := c.nodes[id]
	for n.raw.HasReady() {
		ready := n.raw.Ready()
		if !raft.IsEmptyHardState(ready.HardState) {
			n.store.SetHardState(ready.HardState)
		}
		n.store.Append(ready.Entries)
		c.net = append(c.net, ready.Messages...)
		if count := len(ready.CommittedEntries); count > 0 {
			n.applied = ready.CommittedEntries[count-1].Index
		}
		n.raw.Advance(ready)
	}
}

func (c *cluster) settle() {
	for len(c.net) > 0 {
		message := c.net[0]
		c.net = c.net[1:]
		if c.cuts[[2]uint64{message.From, message.To}] {
			continue
		}
		c.nodes[message.To].raw.Step(message)
		c.carryOut(message.To)
	}
}

func (c *cluster) do(words []string) {
	number := func(i int) uint64 {
		value, err := strconv.ParseUint(words[i], 10, 64)
		if err != nil {
			log.Fatal(err)
		}
		return value
	}
	switch words[0] {
	case "cut":
		c.cuts[[2]uint64{number(1), number(2)}] = true
		return
	case "heal":
		c.cuts = map[[2]uint64]bool{}
		return
	case "restart":
		c.start(number(1))
		// Ours is stored with entries only.
		c.nodes[number(1)].mayLead = true
	case "campaign":
		c.nodes[number(1)].raw.Campaign()
	case "beat":
		c.nodes[number(1)].raw.Tick()
	case "propose":
		c.nodes[number(1)].raw.Propose([]byte(words[2]))
	case "transfer":
		// Ours tells the successor to stand before it tells what is committed.
		for _, n := range c.nodes {
			n.mayLead = true
		}
		c.nodes[number(1)].raw.TransferLeader(number(2))
	default:
		log.Fatalf("unknown command %v", words)
	}
	c.carryOut(number(1))
	c.settle()
}

// describe gives role, term, vote, commit and the terms of the log. Who only asks whether it could win
// is a follower: that binds nobody.
func (c *cluster) describe(id uint64) (string, uint64) {
	n := c.nodes[id]
	status := n.raw.BasicStatus()
	role := "follower"
	if status.RaftState == raft.StateLeader {
		role = "leader"
	} else if status.RaftState == raft.StateCandidate {
		role = "candidate"
	}
	terms := []string{}
	last, _ := n.store.LastIndex()
	for i := uint64(1); i <= last; i++ {
		term, _ := n.store.Term(i)
		terms = append(terms, strconv.FormatUint(term, 10))
	}
	return fmt.Sprintf("%d %s %d %d [%s]", id, role, status.Term, status.Vote, strings.Join(terms, ",")), status.Commit
}

// differs compares one node; ours reads "1 leader 2 1 [1,2] commit=2".
func (c *cluster) differs(id uint64, ours string) string {
	theirs, commit := c.describe(id)
	parts := strings.Split(ours, " commit=")
	ourCommit, _ := strconv.ParseUint(parts[1], 10, 64)
	n := c.nodes[id]
	if ourCommit == commit {
		n.mayLead = false
	}
	near := ourCommit == commit || n.mayLead && ourCommit < commit
	if parts[0] == theirs && near {
		return ""
	}
	return fmt.Sprintf("ours  %s\n  theirs %s commit=%d", ours, theirs, commit)
}

func main() {
	var c *cluster
	story := []string{}
	states, schedules := 0, 0
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	for in.Scan() {
		line := in.Text()
		if strings.HasPrefix(line, "> ") {
			words := strings.Fields(line[2:])
			if words[0] == "cluster" {
				size, _ := strconv.ParseUint(words[1], 10, 64)
				c = newCluster(size)
				story = []string{}
				schedules++
			} else {
				c.do(words)
			}
			story = append(story, line)
		} else if strings.HasPrefix(line, "= ") {
			for i, ours := range strings.Split(line[2:], " | ") {
				states++
				if difference := c.differs(uint64(i+1), ours); difference != "" {
					fmt.Printf("%s\nDIFFERS\n  %s\n", strings.Join(story, "\n"), difference)
					os.Exit(1)
				}
			}
		}
	}
	fmt.Printf("%d schedules, %d states of nodes the same as etcd's\n", schedules, states)
	if schedules == 0 || states == 0 {
		os.Exit(1)
	}
}
