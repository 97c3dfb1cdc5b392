package main

import (
	"encoding/binary"
	"fmt"
	"sort"
	"strings"

	"github.com/anishathalye/porcupine"
)

// Sequential models of riftcheck's objects. States are comparable, so that Porcupine need not be told how to compare them.
var models = map[string]porcupine.Model{
	"register": {Init: func() interface{} { return nil }, Step: stepRegister},
	"set":      {Init: func() interface{} { return "" }, Step: stepSet},
	"queue":    {Init: func() interface{} { return "" }, Step: stepQueue},
	"counter":  {Init: func() interface{} { return int64(0) }, Step: stepCounter},
	"lock":     {Init: func() interface{} { return lockState{} }, Step: stepLock},
}

// Reads, writes, deletions, compare-and-sets and, of texts, appends.
func stepRegister(state, input, output interface{}) (bool, interface{}) {
	c, a := input.(call), output.(*answer)
	switch c.f {
	case "read":
		// Porcupine's own test data reads the empty text where nothing was written.
		return a.value == state || (state == nil && a.value == ""), state
	case "write":
		return true, c.value
	case "delete":
		return true, nil
	case "append":
		before, _ := state.(string)
		return true, before + c.value.(string)
	case "cas":
		pair := c.value.([]interface{})
		if a != nil && a.result != nil && !*a.result {
			return pair[0] != state, state
		}
		if pair[0] == state {
			return true, pair[1]
		}
		return a == nil, state
	}
	panic(fmt.Sprintf("no %s of registers", c.f))
}

// A set is its elements in order, each followed by a semicolon.
func stepSet(state, input, output interface{}) (bool, interface{}) {
	c, a := input.(call), output.(*answer)
	set := state.(string)
	if c.f == "read" {
		list, _ := a.value.([]interface{})
		return setOf(list) == set, state
	}
	element := fmt.Sprint(c.value)
	elements := strings.Split(strings.TrimSuffix(set, ";"), ";")
	at := -1
	for i, one := range elements {
		if one == element {
			at = i
		}
	}
	switch c.f {
	case "contains":
		return a == nil || *a.result == (at >= 0), state
	case "add":
		if at >= 0 {
			return true, state
		}
		return true, joined(append(elements, element))
	case "remove":
		if at < 0 {
			return true, state
		}
		return true, joined(append(elements[:at:at], elements[at+1:]...))
	}
	panic(fmt.Sprintf("no %s of sets", c.f))
}

func setOf(list []interface{}) string {
	distinct := map[string]bool{}
	for _, element := range list {
		distinct[fmt.Sprint(element)] = true
	}
	elements := make([]string, 0, len(distinct))
	for element := range distinct {
		elements = append(elements, element)
	}
	return joined(elements)
}

func joined(elements []string) string {
	sort.Strings(elements)
	set := ""
	for _, element := range elements {
		if element != "" {
			set += element + ";"
		}
	}
	return set
}

const width = 8

// A queue is its elements, eight bytes each: those that were put in last come last.
func stepQueue(state, input, output interface{}) (bool, interface{}) {
	c, a := input.(call), output.(*answer)
	queue := state.(string)
	if c.f == "enqueue" {
		var element [width]byte
		binary.BigEndian.PutUint64(element[:], uint64(int64(c.value.(float64))))
		return true, queue + string(element[:])
	}
	if queue == "" {
		return a == nil || a.value == nil, queue
	}
	first, rest := queue[:width], queue[width:]
	if a == nil {
		return true, rest
	}
	if a.value == nil {
		return false, nil
	}
	return int64(binary.BigEndian.Uint64([]byte(first))) == int64(a.value.(float64)), rest
}

func stepCounter(state, input, output interface{}) (bool, interface{}) {
	c, a := input.(call), output.(*answer)
	count := state.(int64)
	if c.f == "increment" {
		return true, count + int64(c.value.(float64))
	}
	if a == nil || (a.value == nil && count == 0) {
		return true, count
	}
	shown, isNumber := a.value.(float64)
	return isNumber && int64(shown) == count, count
}

type lockState struct {
	holder string
	token  float64
}

func stepLock(state, input, output interface{}) (bool, interface{}) {
	c, a := input.(call), output.(*answer)
	lock := state.(lockState)
	if c.f == "release" {
		if lock.holder == c.process {
			return true, lockState{"", lock.token}
		}
		return a == nil, lock
	}
	if a != nil && a.result != nil && !*a.result {
		return lock.holder != "", lock
	}
	if lock.holder != "" {
		return a == nil, lock
	}
	if a != nil && a.value != nil {
		token := a.value.(float64)
		return token > lock.token, lockState{c.process, token}
	}
	return true, lockState{c.process, lock.token}
}
