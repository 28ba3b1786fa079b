/* A process that is spawned is a program of its own: fresh variables, its own heap, console, threads, handles and end. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>
#include <unistd.h>

static int set = 5, unset;
static _Thread_local int own = 7;
static int constructed;
static int *block;

__attribute__((constructor)) static void construct(void)
{
    constructed += set;
}

static tocsin_handle spawn(const char *name, int (*function)(uint32_t, const tocsin_handle *), uint32_t argument,
                           const tocsin_handle *handles, uint32_t count)
{
    struct tocsin_spawn wanted = {name, function, argument, tocsin_startup()->allocator, handles, count};
    tocsin_handle process;
    assert(tocsin_spawn(&wanted, &process) == TOCSIN_OK);
    return process;
}

static struct tocsin_info_process ended(tocsin_handle process)
{
    struct tocsin_info_process record;
    assert(tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) == TOCSIN_OK);
    assert(record.state == TOCSIN_STATE_ENDED && record.threads == 0);
    tocsin_handle_close(process);
    return record;
}

static void *double_it(void *number)
{
    *(int *)number *= 2;
    return number;
}

static int is_fresh(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    assert(set == 5 && unset == 0 && own == 7 && constructed == 5 && block == NULL);
    const struct tocsin_startup *startup = tocsin_startup();
    char **arguments = (char **)(uintptr_t)startup->argv;
    assert(startup->argc == 1 && arguments[1] == NULL && *(char **)(uintptr_t)startup->envp == NULL);
    assert(startup->job == 0 && startup->resource == 0);
    struct tocsin_info_handle info;
    assert(tocsin_object_info(startup->process, TOCSIN_INFO_HANDLE, &info, sizeof info, NULL) == TOCSIN_OK);
    assert(info.koid == (uint32_t)getpid() && info.type == TOCSIN_TYPE_PROCESS && !(info.rights & TOCSIN_RIGHT_DEBUG));
    assert(tocsin_object_info(startup->thread, TOCSIN_INFO_HANDLE, &info, sizeof info, NULL) == TOCSIN_OK);
    assert(info.type == TOCSIN_TYPE_THREAD && !(info.rights & TOCSIN_RIGHT_DEBUG));
    block = malloc(300000);
    assert(block != NULL && (*block = (int)argument));
    pthread_t thread;
    assert(pthread_create(&thread, NULL, double_it, block) == 0 && pthread_join(thread, NULL) == 0);
    printf("%s has %d\n", arguments[0], *block);
    return *block;
}

static int is_given(uint32_t count, const tocsin_handle *handles)
{
    for (uint32_t i = 0; i < count; i++) {
        struct tocsin_info_vmo info;
        assert(tocsin_object_info(handles[i], TOCSIN_INFO_VMO, &info, sizeof info, NULL) == TOCSIN_OK);
        assert(info.size == (i + 1) * TOCSIN_PAGE_BYTES);
    }
    char letter = 'x';
    assert(count == 0 || tocsin_vmo_write(handles[count - 1], 0, &letter, 1) == TOCSIN_OK);
    return 0;
}

static int descend(uint32_t depth, const tocsin_handle *handles)
{
    (void)handles;
    if (depth == 0)
        return 0;
    return ended(spawn("deeper", descend, depth - 1, NULL, 0)).exit_code + 1;
}

static __attribute__((noinline)) int sink_deeper(const volatile char *above)
{
    volatile char frame[4096];
    frame[0] = (char)(*above + 1);
    return sink_deeper(frame) + frame[0];
}

static int sink(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    return sink_deeper((const volatile char *)&argument);
}

static int write_to_text(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    *(volatile uint32_t *)(uintptr_t)write_to_text = argument;
    return 0;
}

static int wait_for_ever(uint32_t argument, const tocsin_handle *handles)
{
    struct tocsin_packet event;
    return tocsin_event_wait(handles[argument], TOCSIN_SOURCE_LIFECYCLE, 0, TOCSIN_FOREVER, &event, NULL);
}

static void give_handles(void)
{
    tocsin_handle vmos[TOCSIN_SPAWN_HANDLES];
    for (uint32_t i = 0; i < TOCSIN_SPAWN_HANDLES; i++)
        assert(tocsin_vmo_create(tocsin_startup()->allocator, (i + 1) * TOCSIN_PAGE_BYTES, 0, &vmos[i]) == TOCSIN_OK);
    for (uint32_t count = 0; count <= TOCSIN_SPAWN_HANDLES; count++)
        assert(ended(spawn("given", is_given, count, vmos, count)).exit_code == 0);
    /* What is given is a copy: the caller's own is still there, and shows what the other wrote. */
    for (uint32_t i = 0; i < TOCSIN_SPAWN_HANDLES; i++) {
        char letter;
        assert(tocsin_vmo_read(vmos[i], 0, &letter, 1) == TOCSIN_OK && letter == 'x');
        assert(tocsin_handle_close(vmos[i]) == TOCSIN_OK);
    }
}

int main(void)
{
    set = unset = own = 99;
    block = malloc(100);
    struct tocsin_info_process record = ended(spawn("one", is_fresh, 21, NULL, 0));
    assert(record.exit_reason == TOCSIN_EXIT_REASON_EXITED && record.exit_code == 42 && strcmp(record.name, "one") == 0);
    assert(ended(spawn("a name of 24 characters.", is_fresh, 4, NULL, 0)).exit_code == 8);
    assert(set == 99 && unset == 99 && own == 99);
    give_handles();
    assert(ended(spawn("deep", descend, 5, NULL, 0)).exit_code == 5);

    record = ended(spawn("sinks", sink, 0, NULL, 0));
    assert(record.exit_reason == TOCSIN_EXIT_REASON_FAULT && record.exit_code == TOCSIN_FAULT_DETAIL_GUARD);
    record = ended(spawn("writes to text", write_to_text, 0, NULL, 0));
    assert(record.exit_reason == TOCSIN_EXIT_REASON_FAULT && record.exit_code == TOCSIN_FAULT_DETAIL_DENIED);
    assert(record.fault_address == (uint32_t)(uintptr_t)write_to_text);
    record = ended(spawn("jumps away", (int (*)(uint32_t, const tocsin_handle *))4, 0, NULL, 0));
    assert(record.exit_reason == TOCSIN_EXIT_REASON_FAULT && record.fault_pc == 4);

    tocsin_handle waits = spawn("waits", wait_for_ever, 0, &tocsin_startup()->process, 1);
    assert(tocsin_spawn_wait(waits, 0, &record) == TOCSIN_TIMED_OUT);
    assert(tocsin_task_kill(waits) == TOCSIN_OK);
    assert(ended(waits).exit_reason == TOCSIN_EXIT_REASON_KILLED);
    printf("all have ended\n");
    return 0;
}
