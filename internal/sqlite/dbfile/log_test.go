package dbfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"guichet/internal/sqlite/dbfile"
)

// commits writes so many transactions into the log.
func commits(tb testing.TB, b base, n int) {
	tb.Helper()
	b.exec(tb, "PRAGMA wal_checkpoint(TRUNCATE)")
	for i := range n {
		b.exec(tb, "INSERT INTO t (id, s) VALUES (?, ?)", 1000+i, fmt.Sprintf("commit %d", i))
	}
}

// frames are where the frames of a log begin.
func frames(log []byte, size int) (out []int) {
	for at := 32; at+24+size <= len(log); at += 24 + size {
		out = append(out, at)
	}
	return out
}

func TestLog(t *testing.T) {
	const size = 4096
	b := open(t, size, "WAL")
	commits(t, b, 20)
	all := b.rows(t)
	db, whole := b.raw(t)
	at := frames(whole, size)
	t.Run("DamagedFrameIsTold", func(t *testing.T) {
		for i := range at[:len(at)-2] {
			log := slices.Clone(whole)
			log[at[i]+24+100] ^= 1
			f := dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), size)
			if f == nil || !f.Broken {
				t.Fatalf("frame %d of %d is damaged and nobody says so", i, len(at))
			}
		}
	})
	t.Run("WhatIsBehindADamageIsRead", func(t *testing.T) {
		log := slices.Clone(whole)
		log[at[len(at)/2]+24+100] ^= 1
		got, _ := read(t, fileOf(db, log))
		same(t, got, all) // a later frame has the same page, whole
	})
	t.Run("DamagedFrameHeader", func(t *testing.T) {
		log := slices.Clone(whole)
		clear(log[at[len(at)/2]:][:24])
		if f := dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), size); f == nil || !f.Broken {
			t.Fatal("nobody says so")
		}
		got, _ := read(t, fileOf(db, log))
		same(t, got, all)
	})
	t.Run("HeaderLost", func(t *testing.T) {
		log := slices.Clone(whole)
		clear(log[:32])
		if f := dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), size); f == nil || !f.Broken {
			t.Fatal("nobody says so")
		}
		got, _ := read(t, fileOf(db, log))
		same(t, got, all)
	})
	t.Run("TornTailIsTheEnd", func(t *testing.T) { // as SQLite has it
		for cut := at[len(at)-1] + 1; cut < len(whole); cut += 1000 {
			log := whole[:cut]
			if f := dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), size); f == nil || f.Broken {
				t.Fatal("a torn tail is taken for a damage")
			}
			got, _ := read(t, fileOf(db, log))
			same(t, got, all[:len(all)-1])
		}
	})
	t.Run("UnfinishedTransactionIsLeftOut", func(t *testing.T) {
		log := slices.Clone(whole)
		binary.BigEndian.PutUint32(log[at[len(at)-1]+4:], 0)
		got, _ := read(t, fileOf(db, log))
		same(t, got, all[:len(all)-1])
	})
	t.Run("OlderFramesBehindTheEnd", func(t *testing.T) {
		b.exec(t, "PRAGMA wal_checkpoint(RESTART)") // the next commit begins the log anew
		b.exec(t, "DELETE FROM t WHERE id=1000")
		db, log := b.raw(t)
		if len(frames(log, size)) != len(at) {
			t.Fatalf("%d frames", len(frames(log, size)))
		}
		if f := dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), size); f == nil || f.Broken {
			t.Fatal("older frames are taken for a damage")
		}
		got, _ := read(t, fileOf(db, log))
		same(t, got, b.rows(t))
	})
	t.Run("Nothing", func(t *testing.T) {
		for _, log := range [][]byte{nil, make([]byte, 31), make([]byte, 32), make([]byte, 9000)} {
			if f := dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), size); f != nil {
				t.Errorf("%d bytes: %+v", len(log), f)
			}
		}
	})
}
