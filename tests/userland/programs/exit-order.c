/* Constructors, main, functions at exit from the newest to the oldest, destructors; then the buffers are flushed. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor(200))) static void second(void)
{
    printf("second constructor\n");
}

__attribute__((constructor(101))) static void first(void)
{
    printf("first constructor\n");
}

__attribute__((destructor)) static void destructor(void)
{
    printf("destructor");
}

static void registered_late(void)
{
    printf("registered at exit\n");
}

static void oldest(void)
{
    printf("oldest\n");
}

static void newest(void)
{
    printf("newest\n");
    assert(atexit(registered_late) == 0);
}

int main(void)
{
    assert(atexit(oldest) == 0);
    assert(atexit(newest) == 0);
    printf("main\n");
    exit(7);
}
