// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0

// Load on other replicated logs, for the table of scripts/bench replication: the same 500 bytes, the
// same closed loop, the same certificates. usage: load etcd|nats ENDPOINT CERTS SECONDS
package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"go.etcd.io/etcd/clientv3"
)

const entrySize = 500

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func trust(certs string) *tls.Config {
	pair, err := tls.LoadX509KeyPair(filepath.Join(certs, "client.cert.pem"), filepath.Join(certs, "client.key.pem"))
	must(err)
	authority, err := os.ReadFile(filepath.Join(certs, "ca.cert.pem"))
	must(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, MinVersion: tls.VersionTLS13}
}

// One connection each for at most 64 clients, shared above: that is how these two are used.
func doors(count int, open func() func([]byte) error) []func([]byte) error {
	var all []func([]byte) error
	for i := 0; i < count && i < 64; i++ {
		all = append(all, open())
	}
	return all
}

func etcdDoor(endpoint string, config *tls.Config) func() func([]byte) error {
	return func() func([]byte) error {
		client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, TLS: config, DialTimeout: 10 * time.Second})
		must(err)
		key := make([]byte, 8)
		rand.Read(key)
		var count int64
		return func(entry []byte) error {
			name := fmt.Sprintf("log/%x/%d", key, atomic.AddInt64(&count, 1))
			_, err := client.Put(context.Background(), name, string(entry))
			return err
		}
	}
}

func natsDoor(endpoint string, config *tls.Config) func() func([]byte) error {
	return func() func([]byte) error {
		connection, err := nats.Connect(endpoint, nats.Secure(config))
		must(err)
		stream, err := connection.JetStream(nats.MaxWait(30 * time.Second))
		must(err)
		return func(entry []byte) error {
			_, err := stream.Publish("log", entry)
			return err
		}
	}
}

func makeStream(endpoint string, config *tls.Config) {
	connection, err := nats.Connect(endpoint, nats.Secure(config))
	must(err)
	defer connection.Close()
	stream, err := connection.JetStream(nats.MaxWait(30 * time.Second))
	must(err)
	_, err = stream.AddStream(&nats.StreamConfig{Name: "log", Subjects: []string{"log"}, Replicas: 3, Storage: nats.FileStorage})
	if err != nil && err != nats.ErrStreamNameAlreadyInUse {
		must(err)
	}
}

func run(name string, clients int, seconds float64, all []func([]byte) error) {
	entry := make([]byte, entrySize)
	rand.Read(entry)
	var group sync.WaitGroup
	latencies := make([][]float64, clients)
	failures := make([]int, clients)
	start := time.Now()
	end := start.Add(time.Duration(seconds * float64(time.Second)))
	for c := 0; c < clients; c++ {
		group.Add(1)
		go func(c int) {
			defer group.Done()
			for begin := time.Now(); begin.Before(end); begin = time.Now() {
				if all[c%len(all)](entry) != nil {
					failures[c]++
					continue
				}
				latencies[c] = append(latencies[c], float64(time.Since(begin).Microseconds())/1000)
			}
		}(c)
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	var sorted []float64
	errors := 0
	for c := range latencies {
		sorted = append(sorted, latencies[c]...)
		errors += failures[c]
	}
	sort.Float64s(sorted)
	at := func(share float64) float64 {
		if len(sorted) == 0 {
			return 0
		}
		i := int(share * float64(len(sorted)))
		if i >= len(sorted) {
			i = len(sorted) - 1
		}
		return sorted[i]
	}
	id := fmt.Sprintf("%s.replicate500.3nodes.tls.c%d", name, clients)
	fmt.Printf("%s.rate\t%.3f\top/s\n", id, float64(len(sorted))/elapsed)
	fmt.Printf("%s.p50\t%.3f\tms\n%s.p99\t%.3f\tms\n%s.p100\t%.3f\tms\n", id, at(0.5), id, at(0.99), id, at(1))
	fmt.Printf("%s.errors\t%d\tcount\n", id, errors)
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: load etcd|nats ENDPOINT CERTS SECONDS")
		os.Exit(2)
	}
	peer, endpoint := os.Args[1], os.Args[2]
	config := trust(os.Args[3])
	seconds, err := strconv.ParseFloat(os.Args[4], 64)
	must(err)
	open := etcdDoor(endpoint, config)
	if peer == "nats" {
		makeStream(endpoint, config)
		open = natsDoor(endpoint, config)
	}
	for _, clients := range []int{1, 64, 512} {
		run(peer, clients, seconds, doors(clients, open))
	}
}
