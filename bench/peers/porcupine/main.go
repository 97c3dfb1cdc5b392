// Judges histories in riftcheck's format with Porcupine, for bench/peers/porcupine.ts: reads the files named, and for each
// prints a line of JSON with the result, the milliseconds to parse it, and those of every check.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

type event struct {
	Process json.RawMessage `json:"process"`
	Type    string          `json:"type"`
	F       string          `json:"f"`
	Key     string          `json:"key"`
	Value   interface{}     `json:"value"`
	Result  *bool           `json:"result"`
	Final   bool            `json:"final"`
}

type header struct {
	Objects []struct {
		Type string `json:"type"`
	} `json:"objects"`
}

// What was asked for.
type call struct {
	f       string
	process string
	value   interface{}
}

// What was answered; a pointer to one is nil if nobody learned it.
type answer struct {
	value  interface{}
	result *bool
}

// read returns the events of every key, without failed operations, reads whose end nobody knows, and final reads.
func read(path string) (objectType string, keys [][]porcupine.Event, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	// Without a header: the only histories of that kind here are of registers.
	objectType = "register"
	type entry struct {
		key    string
		call   call
		answer *answer
		drop   bool
	}
	var entries []entry
	type place struct {
		entry    int
		isReturn bool
	}
	var places []place
	opened := map[string]int{}
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	for first := true; lines.Scan(); first = false {
		var h header
		if first && json.Unmarshal(lines.Bytes(), &h) == nil && len(h.Objects) > 0 {
			objectType = h.Objects[0].Type
			continue
		}
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return "", nil, err
		}
		process := string(e.Process)
		if process == `"nemesis"` {
			continue
		}
		if e.Type == "invoke" {
			opened[process] = len(entries)
			places = append(places, place{len(entries), false})
			entries = append(entries, entry{key: e.Key, call: call{e.F, process, e.Value}, drop: e.Final})
			continue
		}
		i := opened[process]
		switch e.Type {
		case "ok":
			entries[i].answer = &answer{e.Value, e.Result}
			places = append(places, place{i, true})
		case "fail":
			entries[i].drop = true
		}
	}
	if err := lines.Err(); err != nil {
		return "", nil, err
	}
	order := map[string]int{}
	add := func(key string, e porcupine.Event) {
		at, found := order[key]
		if !found {
			at = len(keys)
			order[key] = at
			keys = append(keys, nil)
		}
		keys[at] = append(keys[at], e)
	}
	isObservation := func(f string) bool { return f == "read" || f == "contains" }
	for _, p := range places {
		e := entries[p.entry]
		if e.drop || (e.answer == nil && isObservation(e.call.f)) {
			continue
		}
		if p.isReturn {
			add(e.key, porcupine.Event{Kind: porcupine.ReturnEvent, Value: e.answer, Id: p.entry})
		} else {
			add(e.key, porcupine.Event{Kind: porcupine.CallEvent, Value: e.call, Id: p.entry})
		}
	}
	// Of what nobody knows the end, the end comes last: in the order, that is as good as never.
	for i, e := range entries {
		if !e.drop && e.answer == nil && !isObservation(e.call.f) {
			add(e.key, porcupine.Event{Kind: porcupine.ReturnEvent, Value: (*answer)(nil), Id: i})
		}
	}
	return objectType, keys, nil
}

// check judges key by key, as Porcupine does where it is given partitions.
func check(model porcupine.Model, keys [][]porcupine.Event, timeout time.Duration) string {
	model.PartitionEvent = func([]porcupine.Event) [][]porcupine.Event { return keys }
	switch porcupine.CheckEventsTimeout(model, nil, timeout) {
	case porcupine.Ok:
		return "satisfied"
	case porcupine.Illegal:
		return "violated"
	default:
		return "unknown"
	}
}

func main() {
	timeout := flag.Duration("timeout", time.Minute, "for each check")
	repeat := flag.Int("repeat", 3, "checks of each file")
	flag.Parse()
	for _, path := range flag.Args() {
		began := time.Now()
		objectType, keys, err := read(path)
		if err != nil {
			log.Fatal(err)
		}
		parsed := time.Since(began)
		model, known := models[objectType]
		if !known {
			log.Fatalf("%s: no model of %q", path, objectType)
		}
		result := ""
		var checks []float64
		for i := 0; i < *repeat; i++ {
			began := time.Now()
			result = check(model, keys, *timeout)
			checks = append(checks, float64(time.Since(began).Microseconds())/1000)
			if result == "unknown" {
				break
			}
		}
		line, _ := json.Marshal(map[string]interface{}{
			"file": path, "result": result, "parseMs": parsed.Milliseconds(), "checkMs": checks,
		})
		fmt.Println(string(line))
	}
}
