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
#define TOCSIN_TYPE_CHANNEL         6
#define TOCSIN_TYPE_LOCK            7
#define TOCSIN_TYPE_TIMER           8
#define TOCSIN_TYPE_INTERRUPT       9
#define TOCSIN_TYPE_POOL            10
#define TOCSIN_TYPE_RING            11
#define TOCSIN_TYPE_TOPIC           12
#define TOCSIN_TYPE_JOB             13
#define TOCSIN_TYPE_TOKEN           14
#define TOCSIN_TYPE_REPLY           15
#define TOCSIN_TYPE_RESOURCE        16
#define TOCSIN_TYPE_SESSION         17

/* What object_info describes. */
#define TOCSIN_INFO_HANDLE          0
#define TOCSIN_INFO_PROCESS         1
#define TOCSIN_INFO_THREAD          2
#define TOCSIN_INFO_ALLOCATOR       3
#define TOCSIN_INFO_VMO             4
#define TOCSIN_INFO_POOL            5
#define TOCSIN_INFO_CHANNEL         6
#define TOCSIN_INFO_LOCK            7
#define TOCSIN_INFO_TIMER           8
#define TOCSIN_INFO_INTERRUPT       9
#define TOCSIN_INFO_TOPIC           10
#define TOCSIN_INFO_JOB             11
#define TOCSIN_INFO_RING            12
#define TOCSIN_INFO_SESSION         13
#define TOCSIN_INFO_THREADS         14
#define TOCSIN_INFO_PROCESSES       15

/* What object_set changes. */
#define TOCSIN_PROPERTY_NAME        0
#define TOCSIN_PROPERTY_PRIORITY    1
#define TOCSIN_PROPERTY_BADGE       2
#define TOCSIN_PROPERTY_MEMORY_WAIT 3
#define TOCSIN_PROPERTY_ANSWER_TIME 4
#define TOCSIN_PROPERTY_PRESSURE    5
#define TOCSIN_PROPERTY_KILL_RANK   6

/* Protections, and how vmar_map takes its hint. */
#define TOCSIN_PROTECTION_READ      1
#define TOCSIN_PROTECTION_WRITE     2
#define TOCSIN_PROTECTION_EXECUTE   4
#define TOCSIN_MAP_FIXED            8

/* Clocks. */
#define TOCSIN_CLOCK_MONOTONIC      0
#define TOCSIN_CLOCK_THREAD         1

/* Sources of events, types of events, flags of packets, how a pool listens. */
#define TOCSIN_SOURCE_LIFECYCLE     1
#define TOCSIN_SOURCE_RECEIVED      2
#define TOCSIN_SOURCE_TIMER         3
#define TOCSIN_SOURCE_TOPIC         4
#define TOCSIN_SOURCE_INTERRUPT     5
#define TOCSIN_SOURCE_INTERRUPT_OBSERVED 6
#define TOCSIN_SOURCE_MEMORY        7
#define TOCSIN_SOURCE_MEMORY_SUBTREE 8
#define TOCSIN_SOURCE_FAULT         9
#define TOCSIN_SOURCE_BREAK         10
#define TOCSIN_SOURCE_DEBUG         11
#define TOCSIN_SEEN_NOW             0x80000000    /* as `seen` of event_wait: the next event */
#define TOCSIN_EVENT_POSTED         0
#define TOCSIN_EVENT_LIFECYCLE      1
#define TOCSIN_EVENT_RECEIVED       2
#define TOCSIN_EVENT_TIMER          3
#define TOCSIN_EVENT_TOPIC          4
#define TOCSIN_EVENT_INTERRUPT      5
#define TOCSIN_EVENT_INTERRUPT_OBSERVED 6
#define TOCSIN_EVENT_MEMORY         7
#define TOCSIN_EVENT_MEMORY_SUBTREE 8
#define TOCSIN_EVENT_FAULT          9
#define TOCSIN_EVENT_BREAK          10
#define TOCSIN_EVENT_DEBUG          11
#define TOCSIN_EVENT_MESSAGE        16
#define TOCSIN_EVENT_SENT           17
#define TOCSIN_EVENT_LOCK           18
#define TOCSIN_EVENT_COMPLETION     19
#define TOCSIN_PACKET_MORE          1
#define TOCSIN_PACKET_COALESCED     2
#define TOCSIN_PACKET_ERROR         4
#define TOCSIN_PACKET_LAST          8
#define TOCSIN_LISTEN_PERSISTENT    1
#define TOCSIN_LISTEN_END_WHEN_FULL 2
#define TOCSIN_LISTEN_SLOTS         65280

/* Kinds of pool; whether a shared pool or ring can be used; how messages are received and handles sent. */
#define TOCSIN_POOL_FIXED           0
#define TOCSIN_POOL_VARIABLE        1
#define TOCSIN_SHARED_GOOD          0
#define TOCSIN_SHARED_CORRUPT       1
#define TOCSIN_RECEIVE_TRUNCATE     1
#define TOCSIN_RECEIVE_REENTER      2
#define TOCSIN_TRANSFER_MOVE        0
#define TOCSIN_TRANSFER_COPY        1
#define TOCSIN_TRANSFER_LEND        2

/* How futex_wait waits. */
#define TOCSIN_FUTEX_REGARDLESS     1

/* Answers to events; how an interrupt line is read. */
#define TOCSIN_VERDICT_HANDLED      0
#define TOCSIN_VERDICT_NOT_MINE     1
#define TOCSIN_VERDICT_RELEASED     2
#define TOCSIN_VERDICT_GRANTED      3
#define TOCSIN_VERDICT_CANNOT       4
#define TOCSIN_VERDICT_PASS         5
#define TOCSIN_VERDICT_KILL_THREAD  6
#define TOCSIN_VERDICT_KILL_PROCESS 7
#define TOCSIN_ROOT_OOM_NONE        0
#define TOCSIN_ROOT_OOM_FREED       1
#define TOCSIN_ROOT_OOM_KILL        2
#define TOCSIN_ROOT_OOM_HALT        3
#define TOCSIN_INTERRUPT_EDGE       1

/* What debug_control does, how a debug session stops and what it wants to be told, and what it is told. */
#define TOCSIN_DEBUG_STOP           0
#define TOCSIN_DEBUG_RESUME         1
#define TOCSIN_DEBUG_STEP           2
#define TOCSIN_DEBUG_RESUME_ONLY    3
#define TOCSIN_DEBUG_BREAK          4
#define TOCSIN_DEBUG_WATCH_LOADS    5
#define TOCSIN_DEBUG_WATCH_STORES   6
#define TOCSIN_DEBUG_WATCH          7
#define TOCSIN_DEBUG_CATCH_CALL     8
#define TOCSIN_DEBUG_CATCH_EVENTS   9
#define TOCSIN_DEBUG_CLEAR          10
#define TOCSIN_DEBUG_SET_OPTIONS    11
#define TOCSIN_SESSION_STOP_PROCESS 1
#define TOCSIN_SESSION_SECOND_CHANCE 2
#define TOCSIN_SESSION_THREAD_STARTS 4
#define TOCSIN_SESSION_THREAD_ENDS  8
#define TOCSIN_SESSION_PROCESS_STARTS 16
#define TOCSIN_SESSION_PROCESS_ENDS 32
#define TOCSIN_SESSION_SLOTS        65280
#define TOCSIN_DEBUG_EVENT_FAULT    1
#define TOCSIN_DEBUG_EVENT_SECOND_CHANCE 2
#define TOCSIN_DEBUG_EVENT_BREAKPOINT 3
#define TOCSIN_DEBUG_EVENT_WATCHPOINT 4
#define TOCSIN_DEBUG_EVENT_STEP     5
#define TOCSIN_DEBUG_EVENT_CALL     6
#define TOCSIN_DEBUG_EVENT_RETURN   7
#define TOCSIN_DEBUG_EVENT_WOKEN    8
#define TOCSIN_DEBUG_EVENT_THREAD_STARTED 9
#define TOCSIN_DEBUG_EVENT_THREAD_ENDED 10
#define TOCSIN_DEBUG_EVENT_PROCESS_STARTED 11
#define TOCSIN_DEBUG_EVENT_PROCESS_ENDED 12
#define TOCSIN_DEBUG_EVENT_STOPPED  13

/* How an allocator is. */
#define TOCSIN_MEMORY_NORMAL        0
#define TOCSIN_MEMORY_PRESSURE      1
#define TOCSIN_MEMORY_OOM           2

/* States of a task, why one ended, why a fault was fatal, what a thread is blocked on. */
#define TOCSIN_STATE_NEW            0
#define TOCSIN_STATE_RUNNABLE       1
#define TOCSIN_STATE_BLOCKED        2
#define TOCSIN_STATE_ENDED          3
#define TOCSIN_EXIT_REASON_NONE     0
#define TOCSIN_EXIT_REASON_EXITED   1
#define TOCSIN_EXIT_REASON_FAULT    2
#define TOCSIN_EXIT_REASON_KILLED   3
#define TOCSIN_EXIT_REASON_OUT_OF_MEMORY 4
#define TOCSIN_FAULT_DETAIL_DENIED  0
#define TOCSIN_FAULT_DETAIL_NO_MEMORY 1
#define TOCSIN_FAULT_DETAIL_GUARD   2
#define TOCSIN_BLOCKED_ON_NOTHING   0
#define TOCSIN_BLOCKED_ON_SLEEP     1
#define TOCSIN_BLOCKED_ON_FUTEX     2
#define TOCSIN_BLOCKED_ON_EVENT     3
#define TOCSIN_BLOCKED_ON_POOL      4
#define TOCSIN_BLOCKED_ON_SEND      5
#define TOCSIN_BLOCKED_ON_RECEIVE   6
#define TOCSIN_BLOCKED_ON_REPLY     7
#define TOCSIN_BLOCKED_ON_LOCK      8
#define TOCSIN_BLOCKED_ON_RING      9
#define TOCSIN_BLOCKED_ON_MEMORY    10
#define TOCSIN_BLOCKED_ON_ROOT_OOM  11
#define TOCSIN_BLOCKED_ON_FRAMES    12
#define TOCSIN_BLOCKED_ON_FAULT     13
#define TOCSIN_BLOCKED_ON_JOURNAL   14

/* Limits. */
#define TOCSIN_PAGE_BYTES           4096          /* a page */
#define TOCSIN_NAME_BYTES           24            /* of a name, without a terminating zero */
#define TOCSIN_COPY_BYTES           0x100000      /* that one call copies in or out */
#define TOCSIN_CONSOLE_BYTES        4096          /* of one message to the console driver, or from it */
#define TOCSIN_VMO_BYTES            0x40000000    /* of one memory object */
#define TOCSIN_MAX_PRIORITY         31            /* of a thread */
#define TOCSIN_DEFAULT_PRIORITY     16            /* of a process's first thread */
#define TOCSIN_USER_BASE            0x10000       /* lowest user address */
#define TOCSIN_USER_TOP             0xc0000000    /* first address past the user addresses */
#define TOCSIN_WAIT_ITEMS           64            /* of one event_wait_many */
#define TOCSIN_MESSAGE_BYTES        0x10000       /* of one message */
#define TOCSIN_MESSAGE_HANDLES      16            /* of one message */
#define TOCSIN_TOPIC_BYTES          20            /* of a topic's payload */
#define TOCSIN_WAKE_ALL             0xffffffff    /* as the count of futex_wake */

#define TOCSIN_STARTUP_MAGIC        0x746f6331

/* Numbers of the calls. */
#define TOCSIN_CALL_HANDLE_CLOSE    0x0
#define TOCSIN_CALL_HANDLE_DUPLICATE 0x1
#define TOCSIN_CALL_HANDLE_REPLACE  0x2
#define TOCSIN_CALL_HANDLE_REVOKE   0x3
#define TOCSIN_CALL_OBJECT_INFO     0x4
#define TOCSIN_CALL_OBJECT_SET      0x5
#define TOCSIN_CALL_EVENT_WAIT      0x10
#define TOCSIN_CALL_EVENT_WAIT_MANY 0x11
#define TOCSIN_CALL_EVENT_LISTEN    0x12
#define TOCSIN_CALL_EVENT_CANCEL    0x13
#define TOCSIN_CALL_EVENT_RESOLVE   0x14
#define TOCSIN_CALL_POOL_CREATE     0x20
#define TOCSIN_CALL_POOL_TAKE       0x21
#define TOCSIN_CALL_POOL_POST       0x22
#define TOCSIN_CALL_POOL_MAP        0x23
#define TOCSIN_CALL_RING_CREATE     0x24
#define TOCSIN_CALL_RING_ENTER      0x25
#define TOCSIN_CALL_CHANNEL_CREATE  0x30
#define TOCSIN_CALL_CHANNEL_SEND    0x31
#define TOCSIN_CALL_CHANNEL_SEND_ASYNC 0x32
#define TOCSIN_CALL_CHANNEL_RECEIVE 0x33
#define TOCSIN_CALL_CHANNEL_RECEIVE_ASYNC 0x34
#define TOCSIN_CALL_CHANNEL_CALL    0x35
#define TOCSIN_CALL_CHANNEL_REPLY   0x36
#define TOCSIN_CALL_FUTEX_WAIT      0x40
#define TOCSIN_CALL_FUTEX_WAKE      0x41
#define TOCSIN_CALL_LOCK_CREATE     0x42
#define TOCSIN_CALL_LOCK_ACQUIRE    0x43
#define TOCSIN_CALL_LOCK_ACQUIRE_ASYNC 0x44
#define TOCSIN_CALL_LOCK_RELEASE    0x45
#define TOCSIN_CALL_INTERRUPT_CREATE 0x50
#define TOCSIN_CALL_INTERRUPT_TRIGGER 0x51
#define TOCSIN_CALL_TIMER_CREATE    0x52
#define TOCSIN_CALL_TIMER_SET       0x53
#define TOCSIN_CALL_CLOCK_GET       0x56
#define TOCSIN_CALL_THREAD_SLEEP    0x57
#define TOCSIN_CALL_THREAD_YIELD    0x58
#define TOCSIN_CALL_TOPIC_CREATE    0x60
#define TOCSIN_CALL_TOPIC_PUBLISH   0x61
#define TOCSIN_CALL_ALLOCATOR_CREATE 0x70
#define TOCSIN_CALL_ALLOCATOR_TRANSFER 0x71
#define TOCSIN_CALL_VMO_CREATE      0x72
#define TOCSIN_CALL_VMO_READ        0x73
#define TOCSIN_CALL_VMO_WRITE       0x74
#define TOCSIN_CALL_VMAR_MAP        0x75
#define TOCSIN_CALL_VMAR_UNMAP      0x76
#define TOCSIN_CALL_VMAR_PROTECT    0x77
#define TOCSIN_CALL_DEVICE_CREATE   0x78
#define TOCSIN_CALL_VMO_CHILD       0x79
#define TOCSIN_CALL_VMO_RELEASE     0x7a
#define TOCSIN_CALL_VMO_PIN         0x7b
#define TOCSIN_CALL_VMO_UNPIN       0x7c
#define TOCSIN_CALL_JOB_CREATE      0x80
#define TOCSIN_CALL_PROCESS_CREATE  0x81
#define TOCSIN_CALL_PROCESS_START   0x82
#define TOCSIN_CALL_THREAD_CREATE   0x83
#define TOCSIN_CALL_THREAD_START    0x84
#define TOCSIN_CALL_THREAD_EXIT     0x85
#define TOCSIN_CALL_PROCESS_EXIT    0x86
#define TOCSIN_CALL_TASK_SUSPEND    0x87
#define TOCSIN_CALL_TASK_KILL       0x88
#define TOCSIN_CALL_THREAD_READ_STATE 0x89
#define TOCSIN_CALL_THREAD_WRITE_STATE 0x8a
#define TOCSIN_CALL_TASK_OPEN       0x8b
#define TOCSIN_CALL_DEBUG_ATTACH    0x90
#define TOCSIN_CALL_DEBUG_CONTROL   0x91
#define TOCSIN_CALL_PROCESS_READ_MEMORY 0x92
#define TOCSIN_CALL_PROCESS_WRITE_MEMORY 0x93
#define TOCSIN_CALL_JOURNAL_READ    0x94
#define TOCSIN_CALL_ROOT_OOM_WAIT   0xa0
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
    uint32_t resource;           /* handle to the right to hardware; 0: none */
    uint32_t job;                /* handle to the job of the process; 0: none */
    uint32_t console_output;     /* channel to print with (tocsin/console.h); 0: none */
    uint32_t console_input;      /* channel to read what is typed with; 0: none */
};
typedef char tocsin_startup_has_its_size[sizeof(struct tocsin_startup) == 56 ? 1 : -1];

/* which records journal_read looks for, and how long it waits for one */
struct tocsin_journal_filter {
    uint64_t deadline;           /* absolute virtual time; one in the past polls; INT64_MAX never comes */
    uint32_t types0;             /* bit n: records of type 0 + n (tocsin/records.h) */
    uint32_t types1;             /* bit n: records of type 32 + n (tocsin/records.h) */
    uint32_t types2;             /* bit n: records of type 64 + n (tocsin/records.h) */
    uint32_t types3;             /* bit n: records of type 96 + n (tocsin/records.h) */
    uint32_t types4;             /* bit n: records of type 128 + n (tocsin/records.h) */
    uint32_t types5;             /* bit n: records of type 160 + n (tocsin/records.h) */
    uint32_t types6;             /* bit n: records of type 192 + n (tocsin/records.h) */
    uint32_t types7;             /* bit n: records of type 224 + n (tocsin/records.h) */
};
typedef char tocsin_journal_filter_has_its_size[sizeof(struct tocsin_journal_filter) == 40 ? 1 : -1];

/* a record of the journal as programs see it */
struct tocsin_journal_record {
    uint64_t seq;                /* the step, as packets count them; of its own records those of the process */
    uint64_t time;               /* virtual nanoseconds */
    uint32_t type;               /* TOCSIN_RECORD_ and a name */
    uint32_t actor;              /* koid of the thread whose step it was; 0: nobody */
    uint32_t process;            /* koid of its process */
    uint32_t number;             /* its number, as `from` of journal_read counts them: the low 32 bits */
    uint32_t field0;             /* field 0 of this type */
    uint32_t field1;             /* field 1 of this type */
    uint32_t field2;             /* field 2 of this type */
    uint32_t field3;             /* field 3 of this type */
    uint32_t field4;             /* field 4 of this type */
    uint32_t field5;             /* field 5 of this type */
    uint32_t field6;             /* field 6, or the low word of the time of a type that has one */
    uint32_t field7;             /* field 7, or the high word of the time of a type that has one */
};
typedef char tocsin_journal_record_has_its_size[sizeof(struct tocsin_journal_record) == 64 ? 1 : -1];

/* INFO_HANDLE */
struct tocsin_info_handle {
    uint32_t koid;               /* the object; never reused */
    uint32_t type;               /* its type */
    uint32_t rights;             /* rights of this handle */
    uint32_t badge;              /* badge of this handle, 0 for none */
};
typedef char tocsin_info_handle_has_its_size[sizeof(struct tocsin_info_handle) == 16 ? 1 : -1];

/* INFO_PROCESS */
struct tocsin_info_process {
    uint32_t koid;               /* the process */
    uint32_t state;              /* NEW, RUNNABLE (started) or ENDED */
    uint32_t threads;            /* threads that have not ended */
    uint32_t exit_reason;        /* NONE, EXITED, FAULT, KILLED or OUT_OF_MEMORY */
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
    uint32_t blocked_on;         /* NOTHING, SLEEP, FUTEX, EVENT, POOL, SEND, RECEIVE, REPLY, LOCK, RING, MEMORY, ROOT_OOM, FRAMES, FAULT or JOURNAL */
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
    uint32_t reserve;            /* bytes of the quota that only who answers for a shortage may use */
    uint32_t soft_mark;          /* bytes in use from which on there is PRESSURE; 0: none */
    uint32_t state;              /* NORMAL, PRESSURE or OOM */
    uint32_t waiting;            /* threads that wait for memory here */
    uint32_t owed;               /* answers to its shortage that are owed */
    uint32_t page_bytes;         /* of used: pages of memory objects, pools, rings and messages */
    uint32_t table_bytes;        /* of used: page tables */
    uint32_t save_area_bytes;    /* of used: save areas */
    uint32_t object_bytes;       /* of used: handles and objects; the rest */
};
typedef char tocsin_info_allocator_has_its_size[sizeof(struct tocsin_info_allocator) == 56 ? 1 : -1];

/* INFO_VMO */
struct tocsin_info_vmo {
    uint32_t koid;               /* the memory object */
    uint32_t size;               /* bytes */
    uint32_t resident;           /* bytes that have frames */
};
typedef char tocsin_info_vmo_has_its_size[sizeof(struct tocsin_info_vmo) == 12 ? 1 : -1];

/* INFO_POOL */
struct tocsin_info_pool {
    uint32_t koid;               /* the pool */
    uint32_t kind;               /* FIXED or VARIABLE */
    uint32_t packets;            /* that can be taken */
    uint32_t registrations;      /* that it has */
    uint32_t room;               /* what fits in all, in units of 64 bytes */
    uint32_t used;               /* units that packets take */
    uint32_t promised;           /* units that are kept for registrations */
};
typedef char tocsin_info_pool_has_its_size[sizeof(struct tocsin_info_pool) == 28 ? 1 : -1];

/* INFO_CHANNEL */
struct tocsin_info_channel {
    uint32_t koid;               /* the endpoint */
    uint32_t peer;               /* koid of the other one; 0: it is gone */
    uint32_t max_message;        /* bytes of the longest message */
    uint32_t sends;              /* messages that wait to be received here */
    uint32_t receives;           /* threads and pools that wait for a message here */
};
typedef char tocsin_info_channel_has_its_size[sizeof(struct tocsin_info_channel) == 20 ? 1 : -1];

/* INFO_LOCK */
struct tocsin_info_lock {
    uint32_t koid;               /* the lock */
    uint32_t owner;              /* koid of the thread that has it; 0: nobody */
    uint32_t waiting;            /* threads and pools in its queue */
};
typedef char tocsin_info_lock_has_its_size[sizeof(struct tocsin_info_lock) == 12 ? 1 : -1];

/* INFO_TIMER */
struct tocsin_info_timer {
    uint32_t koid;               /* the timer */
    uint32_t is_set;             /* whether it will fire */
    uint64_t deadline;           /* when, in nanoseconds; 0 where it is not set */
    uint64_t period;             /* between deadlines; 0: only one */
    uint32_t listeners;          /* threads and pools that wait for it */
    uint32_t reserved;           /* 0 */
};
typedef char tocsin_info_timer_has_its_size[sizeof(struct tocsin_info_timer) == 32 ? 1 : -1];

/* INFO_INTERRUPT */
struct tocsin_info_interrupt {
    uint32_t koid;               /* the interrupt */
    uint32_t line;               /* the source of the PLIC */
    uint32_t owed;               /* answers that are owed */
    uint32_t pending;            /* one came while the line was masked, or nobody listened */
    uint32_t stuck;              /* masked for good: nobody claimed it too often */
};
typedef char tocsin_info_interrupt_has_its_size[sizeof(struct tocsin_info_interrupt) == 20 ? 1 : -1];

/* INFO_TOPIC */
struct tocsin_info_topic {
    uint32_t koid;               /* the topic */
    uint32_t type;               /* what is published */
    uint32_t size;               /* bytes of what is published */
    uint32_t listeners;          /* threads and pools that wait for it */
};
typedef char tocsin_info_topic_has_its_size[sizeof(struct tocsin_info_topic) == 16 ? 1 : -1];

/* INFO_JOB */
struct tocsin_info_job {
    uint32_t koid;               /* the job */
    uint32_t parent;             /* koid of the job that it is under; 0: none */
    uint32_t processes;          /* in it and below that have not ended */
    uint32_t threads;            /* the same of threads */
    uint32_t killed;             /* whether it was killed */
    char name[24];               /* its name */
};
typedef char tocsin_info_job_has_its_size[sizeof(struct tocsin_info_job) == 44 ? 1 : -1];

/* INFO_RING */
struct tocsin_info_ring {
    uint32_t koid;               /* the ring */
    uint32_t pool;               /* koid of the pool of its completions */
    uint32_t entries;            /* submissions that fit */
    uint32_t state;              /* GOOD or CORRUPT */
};
typedef char tocsin_info_ring_has_its_size[sizeof(struct tocsin_info_ring) == 16 ? 1 : -1];

/* INFO_SESSION */
struct tocsin_info_session {
    uint32_t koid;               /* the debug session */
    uint32_t task;               /* koid of the process or job that it is about */
    uint32_t options;            /* SESSION_... */
    uint32_t stopped;            /* whether it has stopped anything */
    uint32_t faults;             /* faults that it was told of and has not answered */
    uint32_t breakpoints;        /* that it has set */
};
typedef char tocsin_info_session_has_its_size[sizeof(struct tocsin_info_session) == 24 ? 1 : -1];

/* An event, as a wait gives it and as a pool holds it. */
struct tocsin_packet {
    uint64_t key;                /* what the listener chose */
    uint32_t source;             /* koid of the object */
    uint32_t type;               /* what happened: EVENT_... */
    uint32_t flags;              /* PACKET_... */
    int32_t status;              /* a status, or what the type says */
    uint64_t first_seq;          /* the step of the first event in it */
    uint64_t last_seq;           /* the step of the last */
    uint32_t count;              /* how many events it stands for */
    uint32_t data0;              /* what the type says */
    uint32_t data1;              /* the same */
    uint32_t data2;              /* the same */
    uint32_t data3;              /* the same */
    uint32_t data4;              /* the same */
};
typedef char tocsin_packet_has_its_size[sizeof(struct tocsin_packet) == 64 ? 1 : -1];

/* One of the things that event_wait_many waits for. */
struct tocsin_wait_item {
    uint32_t handle;             /* the object */
    uint32_t source;             /* which source of it */
    uint32_t seen;               /* as in event_wait */
};
typedef char tocsin_wait_item_has_its_size[sizeof(struct tocsin_wait_item) == 12 ? 1 : -1];

/* Where the parts of a message are, or where they go. */
struct tocsin_message {
    uint32_t data;               /* address of the bytes */
    uint32_t data_len;           /* how many; of a buffer: how many fit */
    uint32_t handles;            /* address of an array of tocsin_message_handle */
    uint32_t handle_count;       /* how many; of a buffer: how many fit; at most 16 */
};
typedef char tocsin_message_has_its_size[sizeof(struct tocsin_message) == 16 ? 1 : -1];

/* A handle in a message. */
struct tocsin_message_handle {
    uint32_t handle;             /* the handle */
    uint32_t what;               /* sent: TRANSFER_MOVE, COPY or LEND; received: the type of the object */
};
typedef char tocsin_message_handle_has_its_size[sizeof(struct tocsin_message_handle) == 8 ? 1 : -1];

/* The first page of a mapped pool. The packet with number n lies at n modulo capacity. */
struct tocsin_pool_header {
    uint32_t head;               /* the oldest packet that was not taken; yours */
    uint32_t tail;               /* the number that the next packet gets; of the kernel */
    uint32_t capacity;           /* packets, a power of two */
    uint32_t version;            /* changes when a packet that was not taken does */
    uint32_t state;              /* GOOD or CORRUPT */
};
typedef char tocsin_pool_header_has_its_size[sizeof(struct tocsin_pool_header) == 20 ? 1 : -1];

/* The first 64 bytes of a mapped ring. The submission with number n lies at n modulo entries. */
struct tocsin_ring_header {
    uint32_t head;               /* the oldest submission that was not taken; of the kernel */
    uint32_t tail;               /* the number that the next submission gets; yours */
    uint32_t entries;            /* submissions, a power of two */
    uint32_t state;              /* GOOD or CORRUPT */
};
typedef char tocsin_ring_header_has_its_size[sizeof(struct tocsin_ring_header) == 16 ? 1 : -1];

/* A system call that stands in a ring. */
struct tocsin_submission {
    uint64_t key;                /* comes back with the completion */
    uint32_t number;             /* of the call */
    uint32_t reserved;           /* 0 */
    uint32_t a0;                 /* arguments, as registers */
    uint32_t a1;                 /*  */
    uint32_t a2;                 /*  */
    uint32_t a3;                 /*  */
    uint32_t a4;                 /*  */
    uint32_t a5;                 /*  */
};
typedef char tocsin_submission_has_its_size[sizeof(struct tocsin_submission) == 40 ? 1 : -1];

/* A process, as root_oom_wait tells of it. */
struct tocsin_oom_task {
    uint32_t process;            /* its koid */
    uint32_t job;                /* koid of its job */
    uint32_t rank;               /* the highest KILL_RANK of its job and those above; 0: not marked */
    uint32_t frames;             /* that it can reach: memory that it maps or names, page tables, save areas */
    char name[24];               /* its name */
};
typedef char tocsin_oom_task_has_its_size[sizeof(struct tocsin_oom_task) == 40 ? 1 : -1];

/* Limits of a job and of everything below it; 0 means none. */
struct tocsin_job_policy {
    uint32_t max_processes;      /* processes that have not ended */
    uint32_t max_threads;        /* threads that have not ended */
    uint32_t max_priority;       /* the highest priority plus one */
    uint32_t denied;             /* bit n: calls with the numbers 16 n to 16 n + 15 are ACCESS_DENIED */
};
typedef char tocsin_job_policy_has_its_size[sizeof(struct tocsin_job_policy) == 16 ? 1 : -1];

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

/* Events. */

/* Blocks until a source has had an event since the generation that the caller has seen. */
TOCSIN_API tocsin_status tocsin_event_wait(tocsin_handle h, uint32_t source, uint32_t seen, tocsin_time deadline, struct tocsin_packet *event, uint32_t *generation);

/* Waits for the first event of several sources. */
TOCSIN_API tocsin_status tocsin_event_wait_many(const struct tocsin_wait_item *items, uint32_t n, tocsin_time deadline, struct tocsin_packet *event, uint32_t *index, uint32_t *generation);

/* Registers a pool with a source: its events come as packets. */
TOCSIN_API tocsin_status tocsin_event_listen(tocsin_handle h, uint32_t source, tocsin_handle pool, uint64_t key, uint32_t options, uint32_t *registration);

/* Ends a registration; nothing of it remains or will come. */
TOCSIN_API tocsin_status tocsin_event_cancel(tocsin_handle pool, uint32_t registration);

/* Answers an event that has to be answered. */
TOCSIN_API tocsin_status tocsin_event_resolve(tocsin_handle h, uint32_t token, uint32_t verdict, uint32_t bytes, tocsin_handle from);

/* Pools and rings. */

/* Makes a pool: a queue of packets. */
TOCSIN_API tocsin_status tocsin_pool_create(tocsin_handle allocator, uint32_t pool_kind, uint32_t capacity, uint32_t options, tocsin_handle *pool);

/* Takes the oldest packet out of a pool, waiting for one if need be. */
TOCSIN_API tocsin_status tocsin_pool_take(tocsin_handle pool, tocsin_time deadline, struct tocsin_packet *packet, void *buf, uint32_t len, uint32_t *n);

/* Puts a packet into a pool. */
TOCSIN_API tocsin_status tocsin_pool_post(tocsin_handle pool, const struct tocsin_packet *packet);

/* Maps a fixed pool, so that its packets can be read without a call. */
TOCSIN_API tocsin_status tocsin_pool_map(tocsin_handle pool, tocsin_handle vmar, uintptr_t *addr);

/* Makes a ring: a queue of system calls in shared memory, whose results come as packets. */
TOCSIN_API tocsin_status tocsin_ring_create(tocsin_handle allocator, uint32_t entries, tocsin_handle pool, tocsin_handle vmar, tocsin_handle *ring, uintptr_t *addr);

/* Makes calls that stand in a ring, and can wait for completions. */
TOCSIN_API tocsin_status tocsin_ring_enter(tocsin_handle ring, uint32_t submit, uint32_t complete, tocsin_time deadline, uint32_t *taken);

/* Channels. */

/* Makes a channel: two endpoints; what is sent at one is received at the other. */
TOCSIN_API tocsin_status tocsin_channel_create(tocsin_handle allocator, uint32_t max_message, uint32_t options, tocsin_handle *first, tocsin_handle *second);

/* Sends a message, and waits until a receiver has it. */
TOCSIN_API tocsin_status tocsin_channel_send(tocsin_handle h, const struct tocsin_message *msg, tocsin_time deadline);

/* Sends a message without waiting; a packet says when it was received. */
TOCSIN_API tocsin_status tocsin_channel_send_async(tocsin_handle h, const struct tocsin_message *msg, tocsin_handle pool, uint64_t key, uint32_t *registration);

/* Receives a message, waiting for one if need be. */
TOCSIN_API tocsin_status tocsin_channel_receive(tocsin_handle h, const struct tocsin_message *buf, uint32_t options, tocsin_time deadline, uint32_t *bytes, uint32_t *handle_count, tocsin_handle *reply, uint32_t *badge);

/* Lets a pool receive the next message, or all that follow. */
TOCSIN_API tocsin_status tocsin_channel_receive_async(tocsin_handle h, tocsin_handle pool, uint64_t key, uint32_t max, uint32_t options, uint32_t *registration);

/* Sends a message and waits for the reply to it. */
TOCSIN_API tocsin_status tocsin_channel_call(tocsin_handle h, const struct tocsin_message *msg, const struct tocsin_message *reply, tocsin_time deadline, uint32_t *bytes, uint32_t *handle_count);

/* Answers a call, and uses the reply up. */
TOCSIN_API tocsin_status tocsin_channel_reply(tocsin_handle reply, const struct tocsin_message *msg);

/* Locks. */

/* Blocks while a word in memory still holds the expected value, until somebody wakes this address. */
TOCSIN_API tocsin_status tocsin_futex_wait(const volatile void *addr, uint32_t expected, tocsin_handle owner, tocsin_time deadline, uint32_t options);

/* Wakes threads that wait for a word, in the order in which they began to wait. */
TOCSIN_API tocsin_status tocsin_futex_wake(const volatile void *addr, uint32_t count, uint32_t *woken);

/* Makes a lock that nobody owns. */
TOCSIN_API tocsin_status tocsin_lock_create(tocsin_handle allocator, tocsin_handle *lock);

/* Takes a lock for the calling thread, waiting for it if need be. */
TOCSIN_API tocsin_status tocsin_lock_acquire(tocsin_handle lock, tocsin_time deadline);

/* Lets a pool stand in the queue for a lock, for a thread that will own it. */
TOCSIN_API tocsin_status tocsin_lock_acquire_async(tocsin_handle lock, tocsin_handle thread, tocsin_handle pool, uint64_t key, uint32_t *registration);

/* Gives a lock to the head of its queue, or sets it free. */
TOCSIN_API tocsin_status tocsin_lock_release(tocsin_handle lock);

/* Interrupts and time. */

/* Makes the object of an interrupt line. */
TOCSIN_API tocsin_status tocsin_interrupt_create(tocsin_handle resource, uint32_t line, uint32_t options, tocsin_time answer_time, tocsin_handle *interrupt);

/* Makes an interrupt happen, as if its line had been raised. */
TOCSIN_API tocsin_status tocsin_interrupt_trigger(tocsin_handle interrupt);

/* Makes a timer that is not set. */
TOCSIN_API tocsin_status tocsin_timer_create(tocsin_handle allocator, tocsin_handle *timer);

/* Sets a timer, once or periodically; a new setting replaces the old one. */
TOCSIN_API tocsin_status tocsin_timer_set(tocsin_handle timer, tocsin_time deadline, tocsin_time period);

/* Reads a clock. */
TOCSIN_API tocsin_status tocsin_clock_get(uint32_t id, tocsin_time *time);

/* Blocks until a deadline. */
TOCSIN_API tocsin_status tocsin_thread_sleep(tocsin_time deadline);

/* Lets the next thread of the same priority run. */
TOCSIN_API tocsin_status tocsin_thread_yield(void);

/* Topics. */

/* Makes a topic: a broadcast that programs publish. */
TOCSIN_API tocsin_status tocsin_topic_create(tocsin_handle allocator, uint32_t type, uint32_t size, tocsin_handle *topic);

/* Tells everyone who listens to a topic. */
TOCSIN_API tocsin_status tocsin_topic_publish(tocsin_handle topic, uint32_t type, const void *payload, uint32_t size);

/* Memory. */

/* Makes an allocator under another, with a quota that is moved out of the parent's. */
TOCSIN_API tocsin_status tocsin_allocator_create(tocsin_handle parent, uint32_t quota, uint32_t reserve, uint32_t soft_mark, tocsin_handle *child);

/* Moves quota from one allocator to another. */
TOCSIN_API tocsin_status tocsin_allocator_transfer(tocsin_handle from, tocsin_handle to, uint32_t bytes);

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

/* Makes a memory object of a device's registers. */
TOCSIN_API tocsin_status tocsin_device_create(tocsin_handle resource, uintptr_t address, uint32_t size, tocsin_handle *vmo);

/* Makes a memory object that begins as a copy of a part of another, and copies a page when somebody writes there. */
TOCSIN_API tocsin_status tocsin_vmo_child(tocsin_handle allocator, tocsin_handle original, uint32_t offset, uint32_t child_len, uint32_t options, tocsin_handle *vmo);

/* Gives the frames of pages back: they read as zero again. */
TOCSIN_API tocsin_status tocsin_vmo_release(tocsin_handle vmo, uint32_t offset, uint32_t release_len);

/* Keeps the frames of a discardable memory object, and says how often they were taken. */
TOCSIN_API tocsin_status tocsin_vmo_pin(tocsin_handle vmo, uint32_t *discards);

/* Takes a pin back; with the last one the frames of the object may be taken again. */
TOCSIN_API tocsin_status tocsin_vmo_unpin(tocsin_handle vmo);

/* Tasks. */

/* Makes a job: a place for processes, with limits that hold for all below it. */
TOCSIN_API tocsin_status tocsin_job_create(tocsin_handle parent, tocsin_handle allocator, const struct tocsin_job_policy *policy, tocsin_handle *job);

/* Makes a process with an empty address space and no threads. */
TOCSIN_API tocsin_status tocsin_process_create(tocsin_handle job, tocsin_handle allocator, const char *name, uint32_t name_len, tocsin_handle *process, tocsin_handle *vmar);

/* Starts the first thread of a process. */
TOCSIN_API tocsin_status tocsin_process_start(tocsin_handle process, tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg, tocsin_handle give, tocsin_handle *given);

/* Makes a thread of a process; it runs when it is started. */
TOCSIN_API tocsin_status tocsin_thread_create(tocsin_handle process, uint32_t priority, const char *name, uint32_t name_len, tocsin_handle *thread);

/* Starts a thread. */
TOCSIN_API tocsin_status tocsin_thread_start(tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg);

/* Ends the calling thread. */
TOCSIN_API tocsin_status tocsin_thread_exit(uintptr_t word);

/* Ends the calling process and all its threads. */
TOCSIN_API tocsin_status tocsin_process_exit(int32_t code);

/* Stops a thread, or all threads of a process, until the token is closed. */
TOCSIN_API tocsin_status tocsin_task_suspend(tocsin_handle task, tocsin_handle *token);

/* Ends a thread, a process, or everything in a job, from outside. */
TOCSIN_API tocsin_status tocsin_task_kill(tocsin_handle task);

/* Reads the registers of a thread that stands still. */
TOCSIN_API tocsin_status tocsin_thread_read_state(tocsin_handle thread, uint32_t set, void *buf, uint32_t len);

/* Changes the registers of a thread that stands still. */
TOCSIN_API tocsin_status tocsin_thread_write_state(tocsin_handle thread, uint32_t set, const void *buf, uint32_t len);

/* Makes a handle to a thread or process that is under one to which there is a handle. */
TOCSIN_API tocsin_status tocsin_task_open(tocsin_handle h, uint32_t koid, tocsin_handle *task);

/* Debug and journal. */

/* Begins a debug session about a process, or about all that are in a job, now and later. */
TOCSIN_API tocsin_status tocsin_debug_attach(tocsin_handle task, tocsin_handle pool, uint64_t key, uint32_t options, tocsin_handle *session);

/* Stops and resumes what a session is about, and sets its breakpoints. */
TOCSIN_API tocsin_status tocsin_debug_control(tocsin_handle session, uint32_t op, uint32_t task, uint32_t addr, uint32_t len, uint32_t *id);

/* Reads the memory of a process, whatever its protection. */
TOCSIN_API tocsin_status tocsin_process_read_memory(tocsin_handle process, uintptr_t addr, void *buf, uint32_t len, uint32_t *n);

/* Writes the memory of a process, whatever its protection. */
TOCSIN_API tocsin_status tocsin_process_write_memory(tocsin_handle process, uintptr_t addr, const void *buf, uint32_t len, uint32_t *n);

/* Reads records of the journal: what a process, or all that are in a job, did; or waits for some. */
TOCSIN_API tocsin_status tocsin_journal_read(tocsin_handle task, uint64_t from, const struct tocsin_journal_filter *filter, void *buf, uint32_t len, tocsin_time *next, uint32_t *n);

/* Boot only. */

/* The monitor answers for the machine that is out of frames, and waits until it is so again. */
TOCSIN_API tocsin_status tocsin_root_oom_wait(uint32_t answer, uint32_t koid, void *tasks, uint32_t len, uint32_t *wanted, uint32_t *free, uint32_t *count);

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

TOCSIN_API tocsin_status tocsin_event_wait(tocsin_handle h, uint32_t source, uint32_t seen, tocsin_time deadline, struct tocsin_packet *event, uint32_t *generation)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)source;
    register uint32_t a2 __asm__("a2") = (uint32_t)seen;
    register uint32_t a3 __asm__("a3") = (uint32_t)deadline;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a5 __asm__("a5") = (uint32_t)(uintptr_t)event;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_EVENT_WAIT;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (generation) *generation = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_event_wait_many(const struct tocsin_wait_item *items, uint32_t n, tocsin_time deadline, struct tocsin_packet *event, uint32_t *index, uint32_t *generation)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)(uintptr_t)items;
    register uint32_t a1 __asm__("a1") = (uint32_t)n;
    register uint32_t a2 __asm__("a2") = (uint32_t)deadline;
    register uint32_t a3 __asm__("a3") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a4 __asm__("a4") = (uint32_t)(uintptr_t)event;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_EVENT_WAIT_MANY;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (index) *index = a1;
    if (generation) *generation = a2;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_event_listen(tocsin_handle h, uint32_t source, tocsin_handle pool, uint64_t key, uint32_t options, uint32_t *registration)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)source;
    register uint32_t a2 __asm__("a2") = (uint32_t)pool;
    register uint32_t a3 __asm__("a3") = (uint32_t)key;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)key >> 32);
    register uint32_t a5 __asm__("a5") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_EVENT_LISTEN;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (registration) *registration = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_event_cancel(tocsin_handle pool, uint32_t registration)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)pool;
    register uint32_t a1 __asm__("a1") = (uint32_t)registration;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_EVENT_CANCEL;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_event_resolve(tocsin_handle h, uint32_t token, uint32_t verdict, uint32_t bytes, tocsin_handle from)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)token;
    register uint32_t a2 __asm__("a2") = (uint32_t)verdict;
    register uint32_t a3 __asm__("a3") = (uint32_t)bytes;
    register uint32_t a4 __asm__("a4") = (uint32_t)from;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_EVENT_RESOLVE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_pool_create(tocsin_handle allocator, uint32_t pool_kind, uint32_t capacity, uint32_t options, tocsin_handle *pool)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1") = (uint32_t)pool_kind;
    register uint32_t a2 __asm__("a2") = (uint32_t)capacity;
    register uint32_t a3 __asm__("a3") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_POOL_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a7) : "memory");
    if (pool) *pool = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_pool_take(tocsin_handle pool, tocsin_time deadline, struct tocsin_packet *packet, void *buf, uint32_t len, uint32_t *n)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)pool;
    register uint32_t a1 __asm__("a1") = (uint32_t)deadline;
    register uint32_t a2 __asm__("a2") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a3 __asm__("a3") = (uint32_t)(uintptr_t)packet;
    register uint32_t a4 __asm__("a4") = (uint32_t)(uintptr_t)buf;
    register uint32_t a5 __asm__("a5") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_POOL_TAKE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (n) *n = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_pool_post(tocsin_handle pool, const struct tocsin_packet *packet)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)pool;
    register uint32_t a1 __asm__("a1") = (uint32_t)(uintptr_t)packet;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_POOL_POST;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_pool_map(tocsin_handle pool, tocsin_handle vmar, uintptr_t *addr)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)pool;
    register uint32_t a1 __asm__("a1") = (uint32_t)vmar;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_POOL_MAP;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
    if (addr) *addr = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_ring_create(tocsin_handle allocator, uint32_t entries, tocsin_handle pool, tocsin_handle vmar, tocsin_handle *ring, uintptr_t *addr)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1") = (uint32_t)entries;
    register uint32_t a2 __asm__("a2") = (uint32_t)pool;
    register uint32_t a3 __asm__("a3") = (uint32_t)vmar;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_RING_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a3), "r"(a7) : "memory");
    if (ring) *ring = a1;
    if (addr) *addr = a2;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_ring_enter(tocsin_handle ring, uint32_t submit, uint32_t complete, tocsin_time deadline, uint32_t *taken)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)ring;
    register uint32_t a1 __asm__("a1") = (uint32_t)submit;
    register uint32_t a2 __asm__("a2") = (uint32_t)complete;
    register uint32_t a3 __asm__("a3") = (uint32_t)deadline;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_RING_ENTER;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (taken) *taken = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_create(tocsin_handle allocator, uint32_t max_message, uint32_t options, tocsin_handle *first, tocsin_handle *second)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1") = (uint32_t)max_message;
    register uint32_t a2 __asm__("a2") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a7) : "memory");
    if (first) *first = a1;
    if (second) *second = a2;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_send(tocsin_handle h, const struct tocsin_message *msg, tocsin_time deadline)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)(uintptr_t)msg;
    register uint32_t a2 __asm__("a2") = (uint32_t)deadline;
    register uint32_t a3 __asm__("a3") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_SEND;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_send_async(tocsin_handle h, const struct tocsin_message *msg, tocsin_handle pool, uint64_t key, uint32_t *registration)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)(uintptr_t)msg;
    register uint32_t a2 __asm__("a2") = (uint32_t)pool;
    register uint32_t a3 __asm__("a3") = (uint32_t)key;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)key >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_SEND_ASYNC;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (registration) *registration = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_receive(tocsin_handle h, const struct tocsin_message *buf, uint32_t options, tocsin_time deadline, uint32_t *bytes, uint32_t *handle_count, tocsin_handle *reply, uint32_t *badge)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)(uintptr_t)buf;
    register uint32_t a2 __asm__("a2") = (uint32_t)options;
    register uint32_t a3 __asm__("a3") = (uint32_t)deadline;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_RECEIVE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4) : "r"(a7) : "memory");
    if (bytes) *bytes = a1;
    if (handle_count) *handle_count = a2;
    if (reply) *reply = a3;
    if (badge) *badge = a4;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_receive_async(tocsin_handle h, tocsin_handle pool, uint64_t key, uint32_t max, uint32_t options, uint32_t *registration)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)pool;
    register uint32_t a2 __asm__("a2") = (uint32_t)key;
    register uint32_t a3 __asm__("a3") = (uint32_t)((uint64_t)key >> 32);
    register uint32_t a4 __asm__("a4") = (uint32_t)max;
    register uint32_t a5 __asm__("a5") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_RECEIVE_ASYNC;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (registration) *registration = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_call(tocsin_handle h, const struct tocsin_message *msg, const struct tocsin_message *reply, tocsin_time deadline, uint32_t *bytes, uint32_t *handle_count)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)(uintptr_t)msg;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)reply;
    register uint32_t a3 __asm__("a3") = (uint32_t)deadline;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_CALL;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (bytes) *bytes = a1;
    if (handle_count) *handle_count = a2;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_channel_reply(tocsin_handle reply, const struct tocsin_message *msg)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)reply;
    register uint32_t a1 __asm__("a1") = (uint32_t)(uintptr_t)msg;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_CHANNEL_REPLY;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_futex_wait(const volatile void *addr, uint32_t expected, tocsin_handle owner, tocsin_time deadline, uint32_t options)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)(uintptr_t)addr;
    register uint32_t a1 __asm__("a1") = (uint32_t)expected;
    register uint32_t a2 __asm__("a2") = (uint32_t)owner;
    register uint32_t a3 __asm__("a3") = (uint32_t)deadline;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a5 __asm__("a5") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_FUTEX_WAIT;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
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

TOCSIN_API tocsin_status tocsin_lock_create(tocsin_handle allocator, tocsin_handle *lock)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_LOCK_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "=r"(a1) : "r"(a7) : "memory");
    if (lock) *lock = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_lock_acquire(tocsin_handle lock, tocsin_time deadline)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)lock;
    register uint32_t a1 __asm__("a1") = (uint32_t)deadline;
    register uint32_t a2 __asm__("a2") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_LOCK_ACQUIRE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_lock_acquire_async(tocsin_handle lock, tocsin_handle thread, tocsin_handle pool, uint64_t key, uint32_t *registration)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)lock;
    register uint32_t a1 __asm__("a1") = (uint32_t)thread;
    register uint32_t a2 __asm__("a2") = (uint32_t)pool;
    register uint32_t a3 __asm__("a3") = (uint32_t)key;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)key >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_LOCK_ACQUIRE_ASYNC;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (registration) *registration = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_lock_release(tocsin_handle lock)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)lock;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_LOCK_RELEASE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_interrupt_create(tocsin_handle resource, uint32_t line, uint32_t options, tocsin_time answer_time, tocsin_handle *interrupt)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)resource;
    register uint32_t a1 __asm__("a1") = (uint32_t)line;
    register uint32_t a2 __asm__("a2") = (uint32_t)options;
    register uint32_t a3 __asm__("a3") = (uint32_t)answer_time;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)answer_time >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_INTERRUPT_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (interrupt) *interrupt = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_interrupt_trigger(tocsin_handle interrupt)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)interrupt;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_INTERRUPT_TRIGGER;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_timer_create(tocsin_handle allocator, tocsin_handle *timer)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TIMER_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "=r"(a1) : "r"(a7) : "memory");
    if (timer) *timer = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_timer_set(tocsin_handle timer, tocsin_time deadline, tocsin_time period)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)timer;
    register uint32_t a1 __asm__("a1") = (uint32_t)deadline;
    register uint32_t a2 __asm__("a2") = (uint32_t)((uint64_t)deadline >> 32);
    register uint32_t a3 __asm__("a3") = (uint32_t)period;
    register uint32_t a4 __asm__("a4") = (uint32_t)((uint64_t)period >> 32);
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TIMER_SET;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
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

TOCSIN_API tocsin_status tocsin_topic_create(tocsin_handle allocator, uint32_t type, uint32_t size, tocsin_handle *topic)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1") = (uint32_t)type;
    register uint32_t a2 __asm__("a2") = (uint32_t)size;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TOPIC_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a7) : "memory");
    if (topic) *topic = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_topic_publish(tocsin_handle topic, uint32_t type, const void *payload, uint32_t size)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)topic;
    register uint32_t a1 __asm__("a1") = (uint32_t)type;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)payload;
    register uint32_t a3 __asm__("a3") = (uint32_t)size;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TOPIC_PUBLISH;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_allocator_create(tocsin_handle parent, uint32_t quota, uint32_t reserve, uint32_t soft_mark, tocsin_handle *child)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)parent;
    register uint32_t a1 __asm__("a1") = (uint32_t)quota;
    register uint32_t a2 __asm__("a2") = (uint32_t)reserve;
    register uint32_t a3 __asm__("a3") = (uint32_t)soft_mark;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_ALLOCATOR_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a7) : "memory");
    if (child) *child = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_allocator_transfer(tocsin_handle from, tocsin_handle to, uint32_t bytes)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)from;
    register uint32_t a1 __asm__("a1") = (uint32_t)to;
    register uint32_t a2 __asm__("a2") = (uint32_t)bytes;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_ALLOCATOR_TRANSFER;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
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

TOCSIN_API tocsin_status tocsin_device_create(tocsin_handle resource, uintptr_t address, uint32_t size, tocsin_handle *vmo)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)resource;
    register uint32_t a1 __asm__("a1") = (uint32_t)address;
    register uint32_t a2 __asm__("a2") = (uint32_t)size;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_DEVICE_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a7) : "memory");
    if (vmo) *vmo = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_child(tocsin_handle allocator, tocsin_handle original, uint32_t offset, uint32_t child_len, uint32_t options, tocsin_handle *vmo)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)allocator;
    register uint32_t a1 __asm__("a1") = (uint32_t)original;
    register uint32_t a2 __asm__("a2") = (uint32_t)offset;
    register uint32_t a3 __asm__("a3") = (uint32_t)child_len;
    register uint32_t a4 __asm__("a4") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_CHILD;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (vmo) *vmo = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_release(tocsin_handle vmo, uint32_t offset, uint32_t release_len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmo;
    register uint32_t a1 __asm__("a1") = (uint32_t)offset;
    register uint32_t a2 __asm__("a2") = (uint32_t)release_len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_RELEASE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_pin(tocsin_handle vmo, uint32_t *discards)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmo;
    register uint32_t a1 __asm__("a1");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_PIN;
    __asm__ volatile("ecall" : "+r"(a0), "=r"(a1) : "r"(a7) : "memory");
    if (discards) *discards = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_vmo_unpin(tocsin_handle vmo)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)vmo;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_VMO_UNPIN;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_job_create(tocsin_handle parent, tocsin_handle allocator, const struct tocsin_job_policy *policy, tocsin_handle *job)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)parent;
    register uint32_t a1 __asm__("a1") = (uint32_t)allocator;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)policy;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_JOB_CREATE;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a7) : "memory");
    if (job) *job = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_process_create(tocsin_handle job, tocsin_handle allocator, const char *name, uint32_t name_len, tocsin_handle *process, tocsin_handle *vmar)
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

TOCSIN_API tocsin_status tocsin_process_start(tocsin_handle process, tocsin_handle thread, uintptr_t entry, uintptr_t sp, uint32_t arg, tocsin_handle give, tocsin_handle *given)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)process;
    register uint32_t a1 __asm__("a1") = (uint32_t)thread;
    register uint32_t a2 __asm__("a2") = (uint32_t)entry;
    register uint32_t a3 __asm__("a3") = (uint32_t)sp;
    register uint32_t a4 __asm__("a4") = (uint32_t)arg;
    register uint32_t a5 __asm__("a5") = (uint32_t)give;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_PROCESS_START;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (given) *given = a1;
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

TOCSIN_API tocsin_status tocsin_task_suspend(tocsin_handle task, tocsin_handle *token)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)task;
    register uint32_t a1 __asm__("a1");
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TASK_SUSPEND;
    __asm__ volatile("ecall" : "+r"(a0), "=r"(a1) : "r"(a7) : "memory");
    if (token) *token = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_task_kill(tocsin_handle task)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)task;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TASK_KILL;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_read_state(tocsin_handle thread, uint32_t set, void *buf, uint32_t len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)thread;
    register uint32_t a1 __asm__("a1") = (uint32_t)set;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_READ_STATE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_thread_write_state(tocsin_handle thread, uint32_t set, const void *buf, uint32_t len)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)thread;
    register uint32_t a1 __asm__("a1") = (uint32_t)set;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_THREAD_WRITE_STATE;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_task_open(tocsin_handle h, uint32_t koid, tocsin_handle *task)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)h;
    register uint32_t a1 __asm__("a1") = (uint32_t)koid;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_TASK_OPEN;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
    if (task) *task = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_debug_attach(tocsin_handle task, tocsin_handle pool, uint64_t key, uint32_t options, tocsin_handle *session)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)task;
    register uint32_t a1 __asm__("a1") = (uint32_t)pool;
    register uint32_t a2 __asm__("a2") = (uint32_t)key;
    register uint32_t a3 __asm__("a3") = (uint32_t)((uint64_t)key >> 32);
    register uint32_t a4 __asm__("a4") = (uint32_t)options;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_DEBUG_ATTACH;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (session) *session = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_debug_control(tocsin_handle session, uint32_t op, uint32_t task, uint32_t addr, uint32_t len, uint32_t *id)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)session;
    register uint32_t a1 __asm__("a1") = (uint32_t)op;
    register uint32_t a2 __asm__("a2") = (uint32_t)task;
    register uint32_t a3 __asm__("a3") = (uint32_t)addr;
    register uint32_t a4 __asm__("a4") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_DEBUG_CONTROL;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    if (id) *id = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_process_read_memory(tocsin_handle process, uintptr_t addr, void *buf, uint32_t len, uint32_t *n)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)process;
    register uint32_t a1 __asm__("a1") = (uint32_t)addr;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_PROCESS_READ_MEMORY;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a7) : "memory");
    if (n) *n = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_process_write_memory(tocsin_handle process, uintptr_t addr, const void *buf, uint32_t len, uint32_t *n)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)process;
    register uint32_t a1 __asm__("a1") = (uint32_t)addr;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)buf;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_PROCESS_WRITE_MEMORY;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a7) : "memory");
    if (n) *n = a1;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_journal_read(tocsin_handle task, uint64_t from, const struct tocsin_journal_filter *filter, void *buf, uint32_t len, tocsin_time *next, uint32_t *n)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)task;
    register uint32_t a1 __asm__("a1") = (uint32_t)from;
    register uint32_t a2 __asm__("a2") = (uint32_t)((uint64_t)from >> 32);
    register uint32_t a3 __asm__("a3") = (uint32_t)(uintptr_t)filter;
    register uint32_t a4 __asm__("a4") = (uint32_t)(uintptr_t)buf;
    register uint32_t a5 __asm__("a5") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_JOURNAL_READ;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5), "r"(a7) : "memory");
    if (next) *next = (tocsin_time)((uint64_t)a2 << 32 | a1);
    if (n) *n = a3;
    return (tocsin_status)a0;
}

TOCSIN_API tocsin_status tocsin_root_oom_wait(uint32_t answer, uint32_t koid, void *tasks, uint32_t len, uint32_t *wanted, uint32_t *free, uint32_t *count)
{
    register uint32_t a0 __asm__("a0") = (uint32_t)answer;
    register uint32_t a1 __asm__("a1") = (uint32_t)koid;
    register uint32_t a2 __asm__("a2") = (uint32_t)(uintptr_t)tasks;
    register uint32_t a3 __asm__("a3") = (uint32_t)len;
    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_ROOT_OOM_WAIT;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3) : "r"(a7) : "memory");
    if (wanted) *wanted = a1;
    if (free) *free = a2;
    if (count) *count = a3;
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
