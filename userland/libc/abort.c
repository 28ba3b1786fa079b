/* abort, and the assertions that end in it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>

#include "clock.h"
#include "stream.h"

/* 128 + SIGABRT: the status that a shell shows. */
#define ABORT_CODE 134

/* How long abort waits for a thread that is in the middle of a printf; it may have been the one that went wrong. */
#define FLUSH_NANOSECONDS 10000000

void abort(void)
{
    __tocsin_streams_flush(clock_now() + FLUSH_NANOSECONDS);
    _Exit(ABORT_CODE);
}

void __tocsin_assertion_failed(const char *condition, const char *file, int line, const char *function)
{
    fprintf(stderr, "%s:%d: %s: Assertion `%s' failed.\n", file, line, function, condition);
    abort();
}
