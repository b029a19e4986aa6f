package libav

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
static void few_arenas(void) { mallopt(M_ARENA_MAX, 4); }
static void give_back(void) { malloc_trim(0); }
#else
static void few_arenas(void) {}
static void give_back(void) {}
#endif
*/
import "C"

import "sync"

// fewArenas keeps glibc from giving each of the codecs' many threads a heap of its own: a recording's frames would be spread over all of them,
// and the process would grow by hundreds of megabytes without leaking a byte.
var fewArenas = sync.OnceFunc(func() { C.few_arenas() })

// giveBack returns the memory that a finished recording has left to the system.
func giveBack() { C.give_back() }
