/* Generated from the call table in syscalls/ by `npm run generate`; do not edit. */
#ifndef TOCSIN_H
#define TOCSIN_H

/* Statuses. */
#define TOCSIN_OK                   0             /* The call did what it says. */
#define TOCSIN_INVALID_ARGS         (-1)          /* An argument has no meaning here, or a pointer cannot be read or written in full. */
#define TOCSIN_BAD_CALL             (-2)          /* No call has this number, and none is planned in its range. */
#define TOCSIN_BAD_HANDLE           (-3)          /* The number is not a handle of this process. */
#define TOCSIN_WRONG_TYPE           (-4)          /* The handle names an object of another type. */
#define TOCSIN_ACCESS_DENIED        (-5)          /* The handle lacks a right that the call needs. */
#define TOCSIN_NOT_FOUND            (-6)          /* What was asked for is not there. */
#define TOCSIN_ALREADY_EXISTS       (-7)          /* Something stands already where the new thing should go. */
#define TOCSIN_ALREADY_BOUND        (-8)          /* The source is bound already. */
#define TOCSIN_BAD_STATE            (-9)          /* The object is not in a state in which this can be done. */
#define TOCSIN_OUT_OF_RANGE         (-10)         /* A number lies outside the range that the call states. */
#define TOCSIN_BUFFER_TOO_SMALL     (-11)         /* The buffer does not hold the answer. */
#define TOCSIN_NO_MEMORY            (-12)         /* The request does not fit the allocator's quota, or no frame is left. */
#define TOCSIN_NO_RESOURCES         (-13)         /* A table with a fixed bound is full. */
#define TOCSIN_NO_SPACE             (-14)         /* No free range of addresses is large enough. */
#define TOCSIN_SHOULD_WAIT          (-15)         /* It cannot be done now without waiting. */
#define TOCSIN_TIMED_OUT            (-16)         /* The deadline passed first. */
#define TOCSIN_CANCELED             (-17)         /* The wait was cancelled. */
#define TOCSIN_PEER_CLOSED          (-18)         /* The other end is gone. */
#define TOCSIN_NOT_SUPPORTED        (-19)         /* The number is reserved for a call that this version does not have, or the option is not available. */
#define TOCSIN_LOOP                 (-20)         /* The registration would close a cycle. */
#define TOCSIN_DEADLOCK             (-21)         /* The wait would close a cycle of owners. */
#define TOCSIN_IO_DATA_INTEGRITY    (-22)         /* Shared memory that the kernel reads holds nonsense. */
#define TOCSIN_OWNER_DIED           1             /* Success: and the previous owner died while it held the lock. */

/* Rights. */
#define TOCSIN_RIGHT_DUPLICATE      0x1           /* make another handle to the object */
#define TOCSIN_RIGHT_TRANSFER       0x2           /* send the handle in a message */
#define TOCSIN_RIGHT_READ           0x4           /* read the contents */
#define TOCSIN_RIGHT_WRITE          0x8           /* change the contents */
#define TOCSIN_RIGHT_EXECUTE        0x10          /* map the contents executable */
#define TOCSIN_RIGHT_MAP            0x20          /* map the memory object, or map into the address region */
#define TOCSIN_RIGHT_WAIT           0x40          /* wait for events of the object */
#define TOCSIN_RIGHT_SIGNAL         0x80          /* make events of the object happen */
#define TOCSIN_RIGHT_INSPECT        0x100         /* ask for information about the object */
#define TOCSIN_RIGHT_MANAGE         0x200         /* start it, name it, change its properties */
#define TOCSIN_RIGHT_DESTROY        0x400         /* kill or destroy the object */
#define TOCSIN_RIGHT_RESOLVE        0x800         /* answer faults of the task */
#define TOCSIN_RIGHT_ACK            0x1000        /* answer interrupts */
#define TOCSIN_RIGHT_ALLOC          0x2000        /* charge memory to the allocator */
#define TOCSIN_RIGHT_GRANT          0x4000        /* move quota out of the allocator */
#define TOCSIN_RIGHT_DEBUG          0x8000        /* attach a debug session */
#define TOCSIN_RIGHT_AUDIT          0x10000       /* read records of others in the journal */
#define TOCSIN_ALL_RIGHTS           0x1ffff
#define TOCSIN_SAME_RIGHTS          0x80000000    /* the rights that the source handle has */

/* Types of object. */
#define TOCSIN_TYPE_PROCESS         1
#define TOCSIN_TYPE_THREAD          2
#define TOCSIN_TYPE_ALLOCATOR       3
#define TOCSIN_TYPE_VMO             4
#define TOCSIN_TYPE_VMAR            5

/* What object_info describes. */
#define TOCSIN_INFO_HANDLE          0
#define TOCSIN_INFO_PROCESS         1
#define TOCSIN_INFO_THREAD          2
#define TOCSIN_INFO_ALLOCATOR       3
#define TOCSIN_INFO_VMO             4

/* What object_set changes. */
#define TOCSIN_PROPERTY_NAME        0
#define TOCSIN_PROPERTY_PRIORITY    1

/* Protections, and how vmar_map takes its hint. */
#define TOCSIN_PROTECTION_READ      1
#define TOCSIN_PROTECTION_WRITE     2
#define TOCSIN_PROTECTION_EXECUTE   4
#define TOCSIN_MAP_FIXED            8

/* Clocks. */
#define TOCSIN_CLOCK_MONOTONIC      0
#define TOCSIN_CLOCK_THREAD         1

/* States of a task, why one ended, why a fault was fatal, what a thread is blocked on. */
#define TOCSIN_STATE_NEW            0
#define TOCSIN_STATE_RUNNABLE       1
#define TOCSIN_STATE_BLOCKED        2
#define TOCSIN_STATE_ENDED          3
#define TOCSIN_EXIT_REASON_NONE     0
#define TOCSIN_EXIT_REASON_EXITED   1
#define TOCSIN_EXIT_REASON_FAULT    2
#define TOCSIN_EXIT_REASON_KILLED   3
#define TOCSIN_FAULT_DETAIL_DENIED  0
#define TOCSIN_FAULT_DETAIL_NO_MEMORY 1
#define TOCSIN_FAULT_DETAIL_GUARD   2
#define TOCSIN_BLOCKED_ON_NOTHING   0
#define TOCSIN_BLOCKED_ON_SLEEP     1
#define TOCSIN_BLOCKED_ON_FUTEX     2

/* Limits. */
#define TOCSIN_PAGE_BYTES           4096          /* a page */
#define TOCSIN_NAME_BYTES           24            /* of a name, without a terminating zero */
#define TOCSIN_COPY_BYTES           0x100000      /* that one call copies in or out */
#define TOCSIN_VMO_BYTES            0x40000000    /* of one memory object */
#define TOCSIN_MAX_PRIORITY         31            /* of a thread */
#define TOCSIN_DEFAULT_PRIORITY     16            /* of a process's first thread */
#define TOCSIN_USER_BASE            0x10000       /* lowest user address */
#define TOCSIN_USER_TOP             0xc0000000    /* first address past the user addresses */
#define TOCSIN_WAKE_ALL             0xffffffff    /* as the count of futex_wake */

#define TOCSIN_STARTUP_MAGIC        0x746f6331

/* Numbers of the calls. */
#define TOCSIN_CALL_HANDLE_CLOSE    0x0
#define TOCSIN_CALL_HANDLE_DUPLICATE 0x1
#define TOCSIN_CALL_HANDLE_REPLACE  0x2
#define TOCSIN_CALL_HANDLE_REVOKE   0x3
#define TOCSIN_CALL_OBJECT_INFO     0x4
#define TOCSIN_CALL_OBJECT_SET      0x5
#define TOCSIN_CALL_FUTEX_WAIT      0x40
#define TOCSIN_CALL_FUTEX_WAKE      0x41
#define TOCSIN_CALL_CLOCK_GET       0x56
#define TOCSIN_CALL_THREAD_SLEEP    0x57
#define TOCSIN_CALL_THREAD_YIELD    0x58
#define TOCSIN_CALL_ALLOCATOR_CREATE 0x70
#define TOCSIN_CALL_VMO_CREATE      0x72
#define TOCSIN_CALL_VMO_READ        0x73
#define TOCSIN_CALL_VMO_WRITE       0x74
#define TOCSIN_CALL_VMAR_MAP        0x75
#define TOCSIN_CALL_VMAR_UNMAP      0x76
#define TOCSIN_CALL_VMAR_PROTECT    0x77
#define TOCSIN_CALL_PROCESS_CREATE  0x81
#define TOCSIN_CALL_PROCESS_START   0x82
#define TOCSIN_CALL_THREAD_CREATE   0x83
#define TOCSIN_CALL_THREAD_START    0x84
#define TOCSIN_CALL_THREAD_EXIT     0x85
#define TOCSIN_CALL_PROCESS_EXIT    0x86
#define TOCSIN_CALL_TASK_KILL       0x88
#define TOCSIN_CALL_SYSTEM_HALT     0xa1
#define TOCSIN_CALL_DEBUG_WRITE     0xa2

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* A number of this process that names an object; 0 is never one. */
typedef uint32_t tocsin_handle;
/* 0, or a negative error, or a positive success that carries news. */
typedef int32_t tocsin_status;
/* Virtual nanoseconds. */
typedef int64_t tocsin_time;

/* A deadline that never comes. */
#define TOCSIN_FOREVER INT64_MAX

/* What the first thread of a program finds at the address in a0. */
struct tocsin_startup {
    uint32_t magic;              /* STARTUP_MAGIC */
    uint32_t process;            /* handle to the process itself */
    uint32_t thread;             /* handle to the first thread */
    uint32_t vmar;               /* handle to the address region */
    uint32_t allocator;          /* handle to the allocator that pays */
    int32_t argc;                /* number of arguments */
    uint32_t argv;               /* address of argc pointers and a null pointer */
    uint32_t envp;               /* address of the environment: a null pointer */
    uint32_t stack_low;          /* lowest mapped address of the stack */
    uint32_t stack_high;         /* first address past the stack */
};
typedef char tocsin_startup_has_its_size[sizeof(struct tocsin_startup) == 40 ? 1 : -1];

/* INFO_HANDLE */
struct tocsin_info_handle {
    uint32_t koid;               /* the object; never reused */
    uint32_t type;               /* its type */
    uint32_t rights;             /* rights of this handle */
};
typedef char tocsin_info_handle_has_its_size[sizeof(struct tocsin_info_handle) == 12 ? 1 : -1];

/* INFO_PROCESS */
struct tocsin_info_process {
    uint32_t koid;               /* the process */
    uint32_t state;              /* NEW, RUNNABLE (started) or ENDED */
    uint32_t threads;            /* threads that have not ended */
    uint32_t exit_reason;        /* NONE, EXITED, FAULT or KILLED */
    int32_t exit_code;           /* of process_exit; after a fault: DENIED, NO_MEMORY or GUARD */
    uint32_t fault_cause;        /* the trap cause (privileged specification, table of mcause) */
    uint32_t fault_pc;           /* where */
    uint32_t fault_address;      /* mtval: the address or instruction that faulted */
    char name[24];               /* its name */
};
typedef char tocsin_info_process_has_its_size[sizeof(struct tocsin_info_process) == 56 ? 1 : -1];

/* INFO_THREAD */
struct tocsin_info_thread {
    uint32_t koid;               /* the thread */
    uint32_t process;            /* koid of its process */
    uint32_t state;              /* NEW, RUNNABLE, BLOCKED or ENDED */
    uint32_t priority;           /* 0 to 31 */
    uint32_t blocked_on;         /* NOTHING, SLEEP or FUTEX */
    uint32_t blocked_address;    /* FUTEX: the address of the word */
    char name[24];               /* its name */
};
typedef char tocsin_info_thread_has_its_size[sizeof(struct tocsin_info_thread) == 48 ? 1 : -1];

/* INFO_ALLOCATOR */
struct tocsin_info_allocator {
    uint32_t koid;               /* the allocator */
    uint32_t quota;              /* bytes */
    uint32_t used;               /* bytes charged here */
    uint32_t children;           /* bytes of the children's quotas */
    uint32_t peak;               /* the most that used ever was */
};
typedef char tocsin_info_allocator_has_its_size[sizeof(struct tocsin_info_allocator) == 20 ? 1 : -1];

/* INFO_VMO */
struct tocsin_info_vmo {
    uint32_t koid;               /* the memory object */
    uint32_t size;               /* bytes */
    uint32_t resident;           /* bytes that have frames */
};
typedef char tocsin_info_vmo_has_its_size[sizeof(struct tocsin_info_vmo) == 12 ? 1 : -1];

#ifdef __riscv
#define TOCSIN_API static inline __attribute__((always_inline))
#elif defined(__cplusplus)
#define TOCSIN_API extern "C"
#else
#define TOCSIN_API extern
#endif

/* Handles. */

/* Closes a handle; an object that nothing names any more goes away. */
TOCSIN_API tocsin_status tocsin_handle_close(tocsin_handle h);

/* Makes a second handle to the same object, with the same rights or fewer. */
TOCSIN_API tocsin_status tocsin_handle_duplicate(tocsin_handle h, uint32_t rights, tocsin_handle *copy);

/* Swaps a handle for one with the same rights or fewer; the old number is gone. */
TOCSIN_API tocsin_status tocsin_handle_replace(tocsin_handle h, uint32_t rights, tocsin_handle *replacement);

/* Removes every handle that was derived from this one, in whatever process, and nothing else. */
TOCSIN_API tocsin_status tocsin_handle_revoke(tocsin_handle h, uint32_t *removed);

/* Writes a description of the object into a buffer. */
TOCSIN_API tocsin_status tocsin_object_info(tocsin_handle h, uint32_t what, void *buf, uint32_t len, uint32_t *written);

/* Changes a property of the object. */
TOCSIN_API tocsin_status tocsin_object_set(tocsin_handle h, uint32_t what, const void *buf, uint32_t len);

/* Locks. */

/* Blocks while a word in memory still holds the expected value, until somebody wakes this address. */
TOCSIN_API tocsin_status tocsin_futex_wait(const volatile void *addr, uint32_t expected, tocsin_handle owner, tocsin_time deadline);

/* Wakes threads that wait for a word, in the order in which they began to wait. */
TOCSIN_API tocsin_status tocsin_futex_wake(const volatile void *addr, uint32_t count, uint32_t *woken);

/* Interrupts and time. */

/* Reads a clock. */
TOCSIN_API tocsin_status tocsin_clock_get(uint32_t id, tocsin_time *time);

/* Blocks until a deadline. */
TOCSIN_API tocsin_status tocsin_thread_sleep(tocsin_time deadline);

/* Lets the next thread of the same priority run. */
TOCSIN_API tocsin_status tocsin_thread_yield(void);

/* Memory. */

/* Makes an allocator under another, with a quota that is moved out of the parent's. */
TOCSIN_API tocsin_status tocsin_allocator_create(tocsin_handle parent, uint32_t quota, tocsin_handle *child);

/* Makes a memory object of zero bytes, whose frames come when they are first touched. */
TOCSIN_API tocsin_status tocsin_vmo_create(tocsin_handle allocator, uint32_t size, uint32_t options, tocsin_handle *vmo);

/* Copies bytes out of a memory object. */
TOCSIN_API tocsin_status tocsin_vmo_read(tocsin_handle vmo, uint32_t offset, void *buf, uint32_t len);

/* Copies bytes into a memory object. */
TOCSIN_API tocsin_status tocsin_vmo_write(tocsin_handle vmo, uint32_t offset, const void *buf, uint32_t len);

/* Maps a part of a memory object into an address region. */
TOCSIN_API tocsin_status tocsin_vmar_map(tocsin_handle vmar, tocsin_handle vmo, uint32_t offset, uint32_t map_len, uint32_t protection, uintptr_t hint, uintptr_t *addr);

/* Removes what is mapped in a range. */
TOCSIN_API tocsin_status tocsin_vmar_unmap(tocsin_handle vmar, uintptr_t addr, uint32_t unmap_len);

/* Changes the protection of a mapped range. */
TOCSIN_API tocsin_status tocsin_vmar_protect(tocsin_handle vmar, uintptr_t addr, uint32_t protect_len, uint32_t protection);

/* Tasks. */

/* Makes a process with an empty address space and no threads. */
TOCSIN_API tocsin_status tocsin_process_create(uint32_t job, tocsin_handle allocator, const char *name, uint32_t name_len, tocsin_handle *process, tocsin_handle *vmar);

/* Starts the first thread of a process. */
TOCSIN_API tocsin_status tocsin_process_start(tocsin_handle process, tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg);

/* Makes a thread of a process; it runs when it is started. */
TOCSIN_API tocsin_status tocsin_thread_create(tocsin_handle process, uint32_t priority, const char *name, uint32_t name_len, tocsin_handle *thread);

/* Starts a thread. */
TOCSIN_API tocsin_status tocsin_thread_start(tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg);

/* Ends the calling thread. */
TOCSIN_API tocsin_status tocsin_thread_exit(uintptr_t word);

/* Ends the calling process and all its threads. */
TOCSIN_API tocsin_status tocsin_process_exit(int32_t code);

/* Ends a process or a thread from outside. */
TOCSIN_API tocsin_status tocsin_task_kill(tocsin_handle task);

/* Boot only. */

/* Stops the machine. */
TOCSIN_API tocsin_status tocsin_system_halt(tocsin_handle process, int32_t code);

/* Writes bytes to the early console. */
TOCSIN_API tocsin_status tocsin_debug_write(const char *buf, uint32_t len);

#ifdef __riscv

TOCSIN_API tocsin_status tocsin_handle_close(tocsin_handle h)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_HANDLE_CLOSE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_handle_duplicate(tocsin_handle h, uint32_t rights, tocsin_handle *copy)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)rights;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_HANDLE_DUPLICATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
    if (copy) *copy = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_handle_replace(tocsin_handle h, uint32_t rights, tocsin_handle *replacement)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)rights;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_HANDLE_REPLACE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
    if (replacement) *replacement = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_handle_revoke(tocsin_handle h, uint32_t *removed)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_HANDLE_REVOKE;
    __asm__ volatile("ecall" : "+r"(a0), "=r"(a1) : "r"(a7) : "memory");
    if (removed) *removed = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_object_info(tocsin_handle h, uint32_t what, void *buf, uint32_t len, uint32_t *written)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)what;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_OBJECT_INFO;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a7) : "memory");
    if (written) *written = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_object_set(tocsin_handle h, uint32_t what, const void *buf, uint32_t len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)what;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_OBJECT_SET;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_futex_wait(const volatile void *addr, uint32_t expected, tocsin_handle owner, tocsin_time deadline)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)(uintptr_t)addr;
    register uint32_t a1 __asm__("a1") = (uint32_t)expected;
    register uint32_t a2 __asm__("a2") = (uint32_t)owner;
    register uint32_t a3 __asm__("a3") = (uint32_t)deadline;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_FUTEX_WAIT;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_futex_wake(const volatile void *addr, uint32_t count, uint32_t *woken)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)(uintptr_t)addr;
    register uint32_t a1 __asm__("a1") = (uint32_t)count;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_FUTEX_WAKE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
    if (woken) *woken = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_clock_get(uint32_t id, tocsin_time *time)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)id;
    register uint32_t a1 __asm__("a1");
    register uint32_t a2 __asm__("a2");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CLOCK_GET;
    __asm__ volatile("ecall" : "+r"(a0), "=r"(a1), "=r"(a2) : "r"(a7) : "memory");
    if (time) *time = (tocsin_time)((uint64_t)a2 << 32 | a1);
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_sleep(tocsin_time deadline)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)deadline;
    register uint32_t a1 __asm__("a1") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_SLEEP;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_yield(void)
{
    register uint32_t a0 __asm__("a0");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_YIELD;
    __asm__ volatile("ecall" : "=r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_allocator_create(tocsin_handle parent, uint32_t quota, tocsin_handle *child)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)parent;
    register uint32_t a1 __asm__("a1") = (uint32_t)quota;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_ALLOCATOR_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
    if (child) *child = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_create(tocsin_handle allocator, uint32_t size, uint32_t options, tocsin_handle *vmo)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1") = (uint32_t)size;
    register uint32_t a2 __asm__("a2") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a7) : "memory");
    if (vmo) *vmo = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_read(tocsin_handle vmo, uint32_t offset, void *buf, uint32_t len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmo;
    register uint32_t a1 __asm__("a1") = (uint32_t)offset;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_READ;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_write(tocsin_handle vmo, uint32_t offset, const void *buf, uint32_t len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmo;
    register uint32_t a1 __asm__("a1") = (uint32_t)offset;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_WRITE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmar_map(tocsin_handle vmar, tocsin_handle vmo, uint32_t offset, uint32_t map_len, uint32_t protection, uintptr_t hint, uintptr_t *addr)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmar;
    register uint32_t a1 __asm__("a1") = (uint32_t)vmo;
    register uint32_t a2 __asm__("a2") = (uint32_t)offset;
    register uint32_t a3 __asm__("a3") = (uint32_t)map_len;
    register uint32_t a4 __asm__("a4") = (uint32_t)protection;
    register uint32_t a5 __asm__("a5") = (uint32_t)hint;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMAR_MAP;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (addr) *addr = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmar_unmap(tocsin_handle vmar, uintptr_t addr, uint32_t unmap_len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmar;
    register uint32_t a1 __asm__("a1") = (uint32_t)addr;
    register uint32_t a2 __asm__("a2") = (uint32_t)unmap_len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMAR_UNMAP;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmar_protect(tocsin_handle vmar, uintptr_t addr, uint32_t protect_len, uint32_t protection)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmar;
    register uint32_t a1 __asm__("a1") = (uint32_t)addr;
    register uint32_t a2 __asm__("a2") = (uint32_t)protect_len;
    register uint32_t a3 __asm__("a3") = (uint32_t)protection;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMAR_PROTECT;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_process_create(uint32_t job, tocsin_handle allocator, const char *name, uint32_t name_len, tocsin_handle *process, tocsin_handle *vmar)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)job;
    register uint32_t a1 __asm__("a1") = (uint32_t)allocator;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)name;
    register uint32_t a3 __asm__("a3") = (uint32_t)name_len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_PROCESS_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a3), "r"(a7) : "memory");
    if (process) *process = a1;
    if (vmar) *vmar = a2;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_process_start(tocsin_handle process, tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)process;
    register uint32_t a1 __asm__("a1") = (uint32_t)thread;
    register uint32_t a2 __asm__("a2") = (uint32_t)entry;
    register uint32_t a3 __asm__("a3") = (uint32_t)sp;
    register uint32_t a4 __asm__("a4") = (uint32_t)arg;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_PROCESS_START;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_create(tocsin_handle process, uint32_t priority, const char *name, uint32_t name_len, tocsin_handle *thread)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)process;
    register uint32_t a1 __asm__("a1") = (uint32_t)priority;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)name;
    register uint32_t a3 __asm__("a3") = (uint32_t)name_len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a7) : "memory");
    if (thread) *thread = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_start(tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)thread;
    register uint32_t a1 __asm__("a1") = (uint32_t)entry;
    register uint32_t a2 __asm__("a2") = (uint32_t)sp;
    register uint32_t a3 __asm__("a3") = (uint32_t)arg;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_START;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_exit(uintptr_t word)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)word;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_EXIT;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_process_exit(int32_t code)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)code;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_PROCESS_EXIT;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_task_kill(tocsin_handle task)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)task;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TASK_KILL;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_system_halt(tocsin_handle process, int32_t code)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)process;
    register uint32_t a1 __asm__("a1") = (uint32_t)code;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_SYSTEM_HALT;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_debug_write(const char *buf, uint32_t len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)(uintptr_t)buf;
    register uint32_t a1 __asm__("a1") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_DEBUG_WRITE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

#endif /* __riscv */
#endif /* __ASSEMBLER__ */
#endif /* TOCSIN_H */
