/* What a program that looks for a debugger saw: a line for each thing, and a checksum over many. */
#ifndef SEEN_H
#define SEEN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>
#include <tocsin/startup.h>

struct seen {
    uint32_t sum;
    uint32_t count;
};

static inline void see(struct seen *seen, uint32_t value)
{
    seen->sum = (seen->sum ^ value) * 16777619u;
    seen->sum = seen->sum << 7 | seen->sum >> 25;
    seen->count++;
}

static inline void see64(struct seen *seen, uint64_t value)
{
    see(seen, (uint32_t)value);
    see(seen, (uint32_t)(value >> 32));
}

static inline void see_bytes(struct seen *seen, const void *from, uint32_t bytes)
{
    const unsigned char *at = from;
    for (uint32_t i = 0; i < bytes; i++)
        see(seen, at[i]);
}

static inline void say(const char *what, const struct seen *seen)
{
    printf("%s: %u things, checksum %08x\n", what, (unsigned)seen->count, (unsigned)seen->sum);
}

static inline void check(tocsin_status status, const char *what)
{
    if (status == TOCSIN_OK)
        return;
    printf("%s: status %d\n", what, (int)status);
    exit(1);
}

static inline tocsin_time now(void)
{
    tocsin_time time = 0;
    tocsin_clock_get(TOCSIN_CLOCK_MONOTONIC, &time);
    return time;
}

static inline tocsin_time own_time(void)
{
    tocsin_time time = 0;
    tocsin_clock_get(TOCSIN_CLOCK_THREAD, &time);
    return time;
}

static inline uint32_t koid_of(tocsin_handle handle)
{
    struct tocsin_info_handle info = {0};
    check(tocsin_object_info(handle, TOCSIN_INFO_HANDLE, &info, sizeof info, NULL), "INFO_HANDLE");
    return info.koid;
}

#endif
