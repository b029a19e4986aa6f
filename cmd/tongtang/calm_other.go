//go:build !linux

package main

func calm() {}
