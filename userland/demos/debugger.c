/*
 * A debugger that is a program like any other: it debugs a process of its own, over the same calls that every debugger uses.
 *
 * The child evaluates a sum that is kept as a tree, in which one branch is missing. The debugger stops it three times: at a
 * breakpoint on the function `evaluate`, which the child cannot find in its memory; after one instruction from there; and at the
 * fault, of which it prints where it was and who called. The child is asked for a checksum of its own code before and after the
 * breakpoint is set: it is the same. You should see the three stops, a stack trace from `evaluate` up to `child_main`, and the
 * child's exit record, a fault. The status is 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

#define NOINLINE __attribute__((noinline))

static void check(tocsin_status status, const char *what)
{
    if (status == TOCSIN_OK)
        return;
    printf("%s: status %d\n", what, (int)status);
    exit(1);
}

/* The program that is debugged. */
struct node {
    int value;
    struct node *left, *right;
};

static NOINLINE int evaluate(const struct node *node)
{
    if (node->value != 0)
        return node->value;
    return evaluate(node->left) + evaluate(node->right);
}

static NOINLINE uint32_t checksum(const void *from, uint32_t words)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < words; i++)
        sum = sum * 31 + ((const volatile uint32_t *)from)[i];
    return sum;
}

static NOINLINE int report(const struct node *tree)
{
    int sum = evaluate(tree);
    printf("child:    the sum is %d\n", sum);
    return sum + 1;
}

static NOINLINE int child_main(uint32_t unused, const tocsin_handle *given)
{
    (void)unused;
    static struct node leaf = {.value = 4}, inner = {.left = &leaf}, top = {.left = &leaf, .right = &inner};
    uint32_t code = (uint32_t)(uintptr_t)evaluate & ~3u, go;
    uint32_t before = checksum((const void *)(uintptr_t)code, 16);
    /* The debugger says when. */
    struct tocsin_message buffer = {.data = (uint32_t)(uintptr_t)&go, .data_len = sizeof go};
    if (tocsin_channel_receive(given[0], &buffer, 0, TOCSIN_FOREVER, NULL, NULL, NULL, NULL) != TOCSIN_OK)
        return 1;
    int same = checksum((const void *)(uintptr_t)code, 16) == before;
    printf("child:    my code is %s\n", same ? "as it was" : "another one");
    return report(&top) != 0;
}

/* The debugger. */
#define SP 2
#define RA 1

/* What the two programs call their functions; both are one executable, so addresses mean the same in both. */
static const struct {
    const char *name;
    uintptr_t address;
} functions[] = {
    {"evaluate", (uintptr_t)evaluate},
    {"report", (uintptr_t)report},
    {"checksum", (uintptr_t)checksum},
    {"child_main", (uintptr_t)child_main},
};

static void print_place(uint32_t pc)
{
    const char *name = NULL;
    uint32_t offset = 0x400; /* further away than any of them is long */
    for (unsigned i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (pc < functions[i].address || pc - functions[i].address >= offset)
            continue;
        offset = pc - functions[i].address;
        name = functions[i].name;
    }
    if (name != NULL)
        printf("%s+%u", name, (unsigned)offset);
    else
        printf("0x%x", (unsigned)pc);
}

static tocsin_handle process, session;

static int read_bytes(uint32_t address, void *to, uint32_t length)
{
    uint32_t n = 0;
    return tocsin_process_read_memory(process, address, to, length, &n) == TOCSIN_OK && n == length;
}

/* Does a call stand before this address? `jal` and `jalr` that link in ra, in their long and short forms. */
static int follows_call(uint32_t address)
{
    uint16_t code[2];
    if ((address & 1) != 0 || address < 4 || !read_bytes(address - 4, code, sizeof code))
        return 0;
    uint32_t word = code[0] | (uint32_t)code[1] << 16;
    if ((word & 0xfff) == 0x0ef || (word & 0x7fff) == 0x00e7 || (word & 0x7fff) == 0x80e7)
        return 1;
    if ((word & 0xf80) == 0x080 && (word & 0x7f) == 0x67)
        return 1; /* jalr ra, x(n) */
    return (code[1] & 0xe003) == 0x2001 || (code[1] & 0xf07f) == 0x9002; /* c.jal, c.jalr */
}

/* Code without frame pointers: whatever lies on the stack and points behind a call is taken for a caller. */
static void print_stack(const uint32_t registers[32])
{
    printf("debugger:   in ");
    print_place(registers[0]);
    printf("\n");
    uint32_t last = 0;
    for (uint32_t at = registers[SP] & ~3u, found = 0; found < 16; at += 4) {
        uint32_t word;
        if (!read_bytes(at, &word, sizeof word))
            return;
        if (word == last || !follows_call(word))
            continue;
        last = word;
        for (unsigned i = 0; i < sizeof functions / sizeof *functions; i++)
            if (word >= functions[i].address && word - functions[i].address < 0x100) {
                printf("debugger:   called from ");
                print_place(word);
                printf("\n");
                if (functions[i].address == (uintptr_t)child_main)
                    return; /* nobody of interest called that */
                found++;
                break;
            }
    }
}

static void resume(uint32_t op, uint32_t thread, uint32_t verdict)
{
    check(tocsin_debug_control(session, op, thread, verdict, 0, NULL), "resume");
}

int main(void)
{
    tocsin_handle own = tocsin_startup()->allocator, pool, go, child_end, thread;
    check(tocsin_channel_create(own, 64, 0, &go, &child_end), "the channel");
    struct tocsin_spawn wanted = {
        .name = "child", .function = child_main, .allocator = own, .handles = &child_end, .handle_count = 1};
    check(tocsin_spawn(&wanted, &process), "the child");
    check(tocsin_pool_create(own, TOCSIN_POOL_FIXED, 8, 0, &pool), "the pool");
    /* Only the child is to stop: the console, through which this prints, goes on. */
    uint32_t options = TOCSIN_SESSION_STOP_PROCESS | TOCSIN_SESSION_PROCESS_ENDS | 4 << 8;
    check(tocsin_debug_attach(process, pool, 7, options, &session), "attach");
    uint32_t breakpoint;
    check(tocsin_debug_control(session, TOCSIN_DEBUG_BREAK, 0, (uint32_t)(uintptr_t)evaluate, 0, &breakpoint), "break");
    struct tocsin_message message = {.data = (uint32_t)(uintptr_t)&breakpoint, .data_len = sizeof breakpoint};
    check(tocsin_channel_send(go, &message, TOCSIN_FOREVER), "go");

    for (;;) {
        struct tocsin_packet event;
        uint32_t registers[32];
        check(tocsin_pool_take(pool, TOCSIN_FOREVER, &event, NULL, 0, NULL), "the next event");
        if (event.data0 == TOCSIN_DEBUG_EVENT_PROCESS_ENDED) {
            struct tocsin_info_process record;
            /* What has ended is not stopped, and need not be resumed. */
            check(tocsin_spawn_wait(process, TOCSIN_FOREVER, &record), "the exit record");
            printf("debugger: the child has ended by %s, cause %u, address 0x%x\n",
                   record.exit_reason == TOCSIN_EXIT_REASON_FAULT ? "a fault" : "itself", (unsigned)record.fault_cause,
                   (unsigned)record.fault_address);
            return record.exit_reason == TOCSIN_EXIT_REASON_FAULT ? 0 : 1;
        }
        check(tocsin_task_open(session, event.data1, &thread), "the thread");
        check(tocsin_thread_read_state(thread, 0, registers, sizeof registers), "its registers");
        switch (event.data0) {
        case TOCSIN_DEBUG_EVENT_BREAKPOINT:
            printf("debugger: breakpoint %u at ", (unsigned)breakpoint);
            print_place(registers[0]);
            printf(", called from ");
            print_place(registers[RA]);
            printf("\n");
            check(tocsin_debug_control(session, TOCSIN_DEBUG_CLEAR, 0, breakpoint, 0, NULL), "clear");
            resume(TOCSIN_DEBUG_STEP, event.data1, TOCSIN_VERDICT_PASS);
            break;
        case TOCSIN_DEBUG_EVENT_STEP:
            printf("debugger: one instruction later, at ");
            print_place(registers[0]);
            printf("\n");
            resume(TOCSIN_DEBUG_RESUME, 0, TOCSIN_VERDICT_PASS);
            break;
        case TOCSIN_DEBUG_EVENT_FAULT:
            printf("debugger: fault %u at address 0x%x\n", (unsigned)event.data2, (unsigned)event.data4);
            print_stack(registers);
            resume(TOCSIN_DEBUG_RESUME, 0, TOCSIN_VERDICT_PASS); /* nobody else wants it: the child ends by it */
            break;
        }
        check(tocsin_handle_close(thread), "close");
    }
}
