/* Lays out a thread's control block and thread-local variables (thread.h has the picture). */
#include <string.h>

#include "thread.h"

/* The largest alignment of a thread-local variable; crt/link.ld checks it. */
#define ALIGNMENT 64

/* From crt/link.ld; the addresses of the last three are the numbers. */
extern const char __tls_image_start[];
extern const char __tls_data_bytes[];
extern const char __tls_zero_offset[];
extern const char __tls_zero_bytes[];

size_t __tocsin_thread_area_bytes(void)
{
    size_t variables = (size_t)__tls_zero_offset + (size_t)__tls_zero_bytes;
    /* Aligning the thread pointer loses at most ALIGNMENT - 1 bytes. */
    return sizeof(struct thread) + ALIGNMENT + variables;
}

uintptr_t __tocsin_thread_area_begin(void *area)
{
    uintptr_t pointer = ((uintptr_t)area + sizeof(struct thread) + ALIGNMENT - 1) & -(uintptr_t)ALIGNMENT;
    memset(thread_at(pointer), 0, sizeof(struct thread));
    memcpy((char *)pointer, __tls_image_start, (size_t)__tls_data_bytes);
    memset((char *)pointer + (size_t)__tls_zero_offset, 0, (size_t)__tls_zero_bytes);
    return pointer;
}
