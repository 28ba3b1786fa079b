/*
 * Generated from kernel/transitions/ by `npm run generate`; do not edit.
 *
 * Records of the journal as journal_read gives them. Numbers are never used again. The comment names the fields in order; the
 * last, if it is a time, is in the words 6 and 7. Rows are places in tables of the kernel: the record that makes an object
 * says which koid has a row.
 */
#ifndef TOCSIN_RECORDS_H
#define TOCSIN_RECORDS_H

#include <tocsin.h>

#define TOCSIN_RECORD_BOOTED 0 /* frames quantum seed image0 image1 image2 image3 overcommit */
#define TOCSIN_RECORD_CALL 1 /* number_status a0 a1 a2 a3 a4 a5 */
#define TOCSIN_RECORD_TRAP 2 /* cause pc value */
#define TOCSIN_RECORD_CHOICE 3 /* kind count picked */
#define TOCSIN_RECORD_ALLOCATOR_CREATED 4 /* row koid parent quota reserve soft_mark */
#define TOCSIN_RECORD_ALLOCATOR_REMOVED 5 /* row */
#define TOCSIN_RECORD_FRAME_TAKEN 6 /* frame use owner page allocator */
#define TOCSIN_RECORD_FRAME_RELEASED 7 /* frame */
#define TOCSIN_RECORD_VMO_CREATED 8 /* row koid allocator pages */
#define TOCSIN_RECORD_VMO_REMOVED 9 /* row */
#define TOCSIN_RECORD_VMAR_CREATED 10 /* row koid process */
#define TOCSIN_RECORD_VMAR_CLOSED 11 /* row */
#define TOCSIN_RECORD_VMAR_REMOVED 12 /* row */
#define TOCSIN_RECORD_MAPPING_ADDED 13 /* row vmar page pages vmo vmo_page protection allowed */
#define TOCSIN_RECORD_MAPPING_CHANGED 14 /* row page pages vmo_page protection */
#define TOCSIN_RECORD_MAPPING_REMOVED 15 /* row */
#define TOCSIN_RECORD_PROCESS_CREATED 16 /* row koid allocator references job */
#define TOCSIN_RECORD_OBJECT_NAMED 17 /* type row name0 name1 name2 name3 name4 name5 */
#define TOCSIN_RECORD_PROCESS_STARTED 18 /* row */
#define TOCSIN_RECORD_PROCESS_ENDED 19 /* row reason code cause pc address thread_koid */
#define TOCSIN_RECORD_PROCESS_REMOVED 20 /* row */
#define TOCSIN_RECORD_THREAD_CREATED 21 /* row koid process priority */
#define TOCSIN_RECORD_THREAD_STARTED 22 /* row */
#define TOCSIN_RECORD_THREAD_DISPATCHED 23 /* row quantum_end (ns) */
#define TOCSIN_RECORD_THREAD_REQUEUED 24 /* row */
#define TOCSIN_RECORD_THREAD_PREEMPTED 25 /* row */
#define TOCSIN_RECORD_THREAD_PRIORITY_SET 26 /* row priority */
#define TOCSIN_RECORD_THREAD_BLOCKED 27 /* row on address object key owner deadline (ns) */
#define TOCSIN_RECORD_THREAD_UNBLOCKED 28 /* row status */
#define TOCSIN_RECORD_THREAD_ENDED 29 /* row reason */
#define TOCSIN_RECORD_THREAD_REMOVED 30 /* row */
#define TOCSIN_RECORD_HANDLE_OPENED 31 /* row process value type object rights parent */
#define TOCSIN_RECORD_HANDLE_REPLACED 32 /* row value rights */
#define TOCSIN_RECORD_HANDLE_CLOSED 33 /* row */
#define TOCSIN_RECORD_SYSTEM_HALTED 34 /* code */
#define TOCSIN_RECORD_THREAD_WAITS 35 /* row on source a b c deadline (ns) */
#define TOCSIN_RECORD_WAIT_ITEM_ADDED 36 /* row thread source index */
#define TOCSIN_RECORD_SOURCE_FIRED 37 /* source status data0 data1 data2 data3 data4 */
#define TOCSIN_RECORD_POOL_CREATED 38 /* row koid allocator kind vmo units */
#define TOCSIN_RECORD_POOL_REMOVED 39 /* row */
#define TOCSIN_RECORD_POOL_SHARED 40 /* row shared */
#define TOCSIN_RECORD_REGISTRATION_MADE 41 /* row pool source role_subject key0 key1 options max */
#define TOCSIN_RECORD_REGISTRATION_ENDED 42 /* row */
#define TOCSIN_RECORD_REGISTRATION_UNPARKED 43 /* row */
#define TOCSIN_RECORD_PACKET_DELIVERED 44 /* registration flags_type status data0 data1 data2 data3 data4 */
#define TOCSIN_RECORD_PACKET_POSTED 45 /* pool status data0 data1 data2 data3 data4 */
#define TOCSIN_RECORD_PACKET_TAKEN 46 /* pool */
#define TOCSIN_RECORD_PACKET_REMOVED 47 /* row */
#define TOCSIN_RECORD_TIMER_CREATED 48 /* row koid allocator */
#define TOCSIN_RECORD_TIMER_SET 49 /* row period_low period_high clock deadline (ns) */
#define TOCSIN_RECORD_TIMER_PASSED 50 /* row next (ns) */
#define TOCSIN_RECORD_TIMER_REMOVED 51 /* row */
#define TOCSIN_RECORD_TOPIC_CREATED 52 /* row koid allocator type size */
#define TOCSIN_RECORD_TOPIC_REMOVED 53 /* row */
#define TOCSIN_RECORD_HANDLE_BADGED 54 /* row badge */
#define TOCSIN_RECORD_LOCK_CREATED 55 /* row koid allocator */
#define TOCSIN_RECORD_LOCK_OWNED 56 /* row owner owner_died highest registration */
#define TOCSIN_RECORD_LOCK_HIGHEST_SET 57 /* row highest */
#define TOCSIN_RECORD_LOCK_REMOVED 58 /* row */
#define TOCSIN_RECORD_CLAIM_MADE 59 /* registration lock thread */
#define TOCSIN_RECORD_CLAIM_ENDED 60 /* registration lock */
#define TOCSIN_RECORD_THREAD_LENDS 61 /* row owner */
#define TOCSIN_RECORD_FUTEX_PASSED 62 /* object key from to */
#define TOCSIN_RECORD_THREAD_PRIORITY_LENT 63 /* row priority */
#define TOCSIN_RECORD_DEADLOCK_FOUND 64 /* thread on object key holder claimed */
#define TOCSIN_RECORD_RESOURCE_CREATED 65 /* row koid */
#define TOCSIN_RECORD_INTERRUPT_CREATED 66 /* row koid allocator line edge answer_time (ns) */
#define TOCSIN_RECORD_INTERRUPT_REMOVED 67 /* row */
#define TOCSIN_RECORD_INTERRUPT_CLAIMED 68 /* row */
#define TOCSIN_RECORD_INTERRUPT_PENDED 69 /* row */
#define TOCSIN_RECORD_ANSWER_OWED 70 /* registration interrupt */
#define TOCSIN_RECORD_INTERRUPT_DELIVERED 71 /* row */
#define TOCSIN_RECORD_ANSWER_GIVEN 72 /* registration answer */
#define TOCSIN_RECORD_INTERRUPT_FINISHED 73 /* row */
#define TOCSIN_RECORD_DEVICE_CREATED 74 /* row koid allocator pages device */
#define TOCSIN_RECORD_BYTES_TYPED 75 /* count bytes0 bytes4 bytes8 bytes12 bytes16 bytes20 bytes24 */
#define TOCSIN_RECORD_INPUT_ENDED 76
#define TOCSIN_RECORD_LINE_SET 77 /* line high */
#define TOCSIN_RECORD_CHANNEL_CREATED 78 /* row koid allocator peer max_message */
#define TOCSIN_RECORD_CHANNEL_REMOVED 79 /* row */
#define TOCSIN_RECORD_MESSAGE_MADE 80 /* row channel registration allocator bytes place badge reply */
#define TOCSIN_RECORD_MESSAGE_REMOVED 81 /* row */
#define TOCSIN_RECORD_HANDLE_SENT 82 /* row message place */
#define TOCSIN_RECORD_HANDLE_COPIED 83 /* row parent message place */
#define TOCSIN_RECORD_HANDLE_LENT 84 /* row parent reply */
#define TOCSIN_RECORD_HANDLE_RECEIVED 85 /* row process value */
#define TOCSIN_RECORD_PACKET_FILLED 86 /* packet bytes handles reply message */
#define TOCSIN_RECORD_PACKET_EMPTIED 87 /* packet */
#define TOCSIN_RECORD_REPLY_MADE 88 /* row koid thread allocator */
#define TOCSIN_RECORD_REPLY_REMOVED 89 /* row */
#define TOCSIN_RECORD_MESSAGE_ACCEPTED 90 /* thread */
#define TOCSIN_RECORD_MAPPING_LEASED 91 /* row lending */
#define TOCSIN_RECORD_JOB_CREATED 92 /* row koid allocator parent max_processes max_threads max_priority denied */
#define TOCSIN_RECORD_JOB_KILLED 93 /* row */
#define TOCSIN_RECORD_JOB_REMOVED 94 /* row */
#define TOCSIN_RECORD_TASK_SUSPENDED 95 /* row koid allocator type task */
#define TOCSIN_RECORD_TASK_RESUMED 96 /* row */
#define TOCSIN_RECORD_RING_CREATED 97 /* row koid allocator pool vmo entries */
#define TOCSIN_RECORD_RING_REMOVED 98 /* row */
#define TOCSIN_RECORD_RING_CORRUPT 99 /* row */
#define TOCSIN_RECORD_RING_ENTERED 100 /* row slots */
#define TOCSIN_RECORD_SUBMISSIONS_COMPLETED 101 /* row taken slots */
#define TOCSIN_RECORD_PACKETS_READ 102 /* pool units */
#define TOCSIN_RECORD_HANDLE_GIVEN 103 /* row process value */
#define TOCSIN_RECORD_FRAME_TURNED 104 /* frame page */
#define TOCSIN_RECORD_MONITOR_NAMED 105 /* thread */
#define TOCSIN_RECORD_JOB_RANKED 106 /* row rank */
#define TOCSIN_RECORD_ROOT_OOM 107 /* wanted free thread */
#define TOCSIN_RECORD_ROOT_OOM_ASKED 108 /* deadline (ns) */
#define TOCSIN_RECORD_ROOT_OOM_ENDED 109 /* outcome free */
#define TOCSIN_RECORD_ROOT_HALTED 110 /* code */
#define TOCSIN_RECORD_QUOTA_MOVED 111 /* from to above bytes */
#define TOCSIN_RECORD_MEMORY_STATE_SET 112 /* row state wanted */
#define TOCSIN_RECORD_SHORTAGE_ASKED 113 /* row asked kind round bytes */
#define TOCSIN_RECORD_SHORTAGE_DEFERRED 114 /* row */
#define TOCSIN_RECORD_SHORTAGE_CLOSED 115 /* row */
#define TOCSIN_RECORD_ANSWER_TIME_BEGUN 116 /* row */
#define TOCSIN_RECORD_ANSWER_TIME_ENDED 117 /* row */
#define TOCSIN_RECORD_ANSWER_TIME_SET 118 /* row answer_time (ns) */
#define TOCSIN_RECORD_ANSWERER_NAMED 119 /* registration process */
#define TOCSIN_RECORD_MEMORY_ANSWER_OWED 120 /* registration allocator */
#define TOCSIN_RECORD_MEMORY_ANSWER_GIVEN 121 /* registration verdict bytes relieves */
#define TOCSIN_RECORD_MEMORY_WAIT_SET 122 /* thread memory_wait (ns) */
#define TOCSIN_RECORD_MEMORY_GRANTED 123 /* thread allocator bytes */
#define TOCSIN_RECORD_MEMORY_GRANT_ENDED 124 /* thread */
#define TOCSIN_RECORD_PAGE_SHARED 125 /* row vmo page frame */
#define TOCSIN_RECORD_SHARE_ENDED 126 /* row */
#define TOCSIN_RECORD_FRAME_PASSED 127 /* frame share */
#define TOCSIN_RECORD_DISCARDABLE_CREATED 128 /* row koid allocator pages */
#define TOCSIN_RECORD_VMO_PINNED 129 /* row */
#define TOCSIN_RECORD_VMO_UNPINNED 130 /* row */
#define TOCSIN_RECORD_VMO_DISCARDED 131 /* row */
#define TOCSIN_RECORD_FAULT_DEFERRED 134 /* thread */
#define TOCSIN_RECORD_FAULT_ANSWER_OWED 135 /* registration thread */
#define TOCSIN_RECORD_FAULT_ANSWER_GIVEN 136 /* registration verdict */

#ifndef __ASSEMBLER__

/* A filter that looks for nothing yet, and polls. */
#define TOCSIN_JOURNAL_FILTER ((struct tocsin_journal_filter){0})

/* Lets a filter look for records of a type. */
static inline void tocsin_journal_look_for(struct tocsin_journal_filter *filter, uint32_t type)
{
    (&filter->types0)[type / 32] |= (uint32_t)1 << (type % 32);
}

/* Of a TOCSIN_RECORD_CALL: which call it was, and its status. */
static inline uint32_t tocsin_journal_call(const struct tocsin_journal_record *record)
{
    return record->field0 & 0xffff;
}

/* 0x7fff: it waits. 0x7ffe: it ended its thread. 0x7ffd: it is made again. */
static inline tocsin_status tocsin_journal_status(const struct tocsin_journal_record *record)
{
    return (int32_t)record->field0 >> 16;
}

#endif /* __ASSEMBLER__ */
#endif /* TOCSIN_RECORDS_H */
