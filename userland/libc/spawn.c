/*
 * Another process that runs a function of this program (tocsin/spawn.h).
 *
 * The caller makes the new address space from outside: text and constants are its own, which nothing can have changed; the data is
 * what was kept of it before the first constructor. On top of the stack lies a letter, with the startup structure that the kernel
 * writes for other programs. What no letter can carry are handles: they come in the one message of a channel whose end is all that
 * the process is given when it starts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/spawn.h>

#include "pages.h"
#include "program.h"

/* From crt/link.ld. Each of the first three begins a page. */
extern const char __text_start[], __constants_start[], __data_start[], __data_end[], __program_end[];

/* spawn_start.S: sets gp and calls __tocsin_spawned_begin. */
extern void __tocsin_spawned_start(void);

struct letter {
    /* First, so that who has the one has the other. */
    struct tocsin_startup startup;
    uint32_t argv[2];
    uint32_t envp[1];
    char name[TOCSIN_NAME_BYTES + 1];
    int (*function)(uint32_t argument, const tocsin_handle *handles);
    uint32_t argument;
    /* How many handles there are, and in the process the handles. */
    uint32_t handle_count;
    tocsin_handle handles[TOCSIN_SPAWN_HANDLES];
};

/* The first places of the message; behind them the channels of the console, as far as there are any, and what was given. */
enum { PROCESS, THREAD, VMAR, ALLOCATOR, OTHERS };
_Static_assert(OTHERS + 2 + TOCSIN_SPAWN_HANDLES <= TOCSIN_MESSAGE_HANDLES, "the handles fit one message");

/* The data as it was before the first constructor; NULL where there was no memory for that. */
static const char *kept_data;

static void keep_data(void)
{
    uintptr_t address;
    uint32_t bytes = (uint32_t)(__data_end - __data_start);
    if (__tocsin_pages_map(round_to_pages(bytes), 0, &address) != TOCSIN_OK)
        return;
    memcpy((void *)address, __data_start, bytes);
    kept_data = (const char *)address;
}

/* The linker sorts constructors by their numbers: this is the first of all, and nobody before it writes to the data. */
static void (*first_constructor)(void) __attribute__((used, section(".init_array.00000"))) = keep_data;

/* Maps memory of the allocator at a place in a process, and writes bytes to its beginning. */
static tocsin_status map_copy(tocsin_handle vmar, tocsin_handle allocator, const char *place, uint32_t mapped_bytes,
                              const char *bytes, uint32_t length, uint32_t protection)
{
    tocsin_handle vmo;
    tocsin_status status = tocsin_vmo_create(allocator, mapped_bytes, 0, &vmo);
    if (status != TOCSIN_OK)
        return status;
    for (uint32_t done = 0; status == TOCSIN_OK && done < length;) {
        uint32_t part = length - done < TOCSIN_COPY_BYTES ? length - done : TOCSIN_COPY_BYTES;
        status = tocsin_vmo_write(vmo, done, bytes + done, part);
        done += part;
    }
    uintptr_t at;
    if (status == TOCSIN_OK)
        status = tocsin_vmar_map(vmar, vmo, 0, mapped_bytes, protection | TOCSIN_MAP_FIXED, (uintptr_t)place, &at);
    tocsin_handle_close(vmo);
    return status;
}

static tocsin_status map_program(tocsin_handle vmar, tocsin_handle allocator)
{
    uint32_t text = (uint32_t)(__constants_start - __text_start);
    uint32_t constants = (uint32_t)(__data_start - __constants_start);
    uint32_t data = round_to_pages((uint32_t)(__program_end - __data_start));
    tocsin_status status = map_copy(vmar, allocator, __text_start, text, __text_start, text,
                                    TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_EXECUTE);
    if (status == TOCSIN_OK)
        status = map_copy(vmar, allocator, __constants_start, constants, __constants_start, constants, TOCSIN_PROTECTION_READ);
    if (status == TOCSIN_OK)
        status = map_copy(vmar, allocator, __data_start, data, kept_data, (uint32_t)(__data_end - __data_start),
                          TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE);
    return status;
}

/* The stack stands where this program's own first one does. Its lowest page is a guard. */
static tocsin_status map_stack(tocsin_handle vmar, tocsin_handle allocator, struct letter *letter, uintptr_t address)
{
    uintptr_t low = letter->startup.stack_low, guard = low - TOCSIN_PAGE_BYTES, at;
    uint32_t bytes = letter->startup.stack_high - low;
    uint32_t writable = TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE;
    tocsin_handle vmo;
    tocsin_status status = tocsin_vmo_create(allocator, TOCSIN_PAGE_BYTES + bytes, 0, &vmo);
    if (status != TOCSIN_OK)
        return status;
    status = tocsin_vmar_map(vmar, vmo, 0, TOCSIN_PAGE_BYTES, TOCSIN_MAP_FIXED, guard, &at);
    if (status == TOCSIN_OK)
        status = tocsin_vmar_map(vmar, vmo, TOCSIN_PAGE_BYTES, bytes, writable | TOCSIN_MAP_FIXED, low, &at);
    if (status == TOCSIN_OK)
        status = tocsin_vmo_write(vmo, (uint32_t)(address - guard), letter, sizeof *letter);
    tocsin_handle_close(vmo);
    return status;
}

/* Where the letter goes, and the stack ends. */
static uintptr_t letter_address(uint32_t stack_high)
{
    return (stack_high - sizeof(struct letter)) & -(uintptr_t)16;
}

static void write_letter(struct letter *letter, const struct tocsin_spawn *wanted)
{
    const struct tocsin_startup *own = __tocsin_program.startup;
    uintptr_t address = letter_address(own->stack_high);
    memset(letter, 0, sizeof *letter);
    letter->startup.magic = TOCSIN_STARTUP_MAGIC;
    letter->startup.argc = 1;
    letter->startup.argv = (uint32_t)(address + offsetof(struct letter, argv));
    letter->startup.envp = (uint32_t)(address + offsetof(struct letter, envp));
    letter->startup.stack_low = own->stack_low;
    letter->startup.stack_high = own->stack_high;
    letter->argv[0] = (uint32_t)(address + offsetof(struct letter, name));
    strcpy(letter->name, wanted->name);
    letter->function = wanted->function;
    letter->argument = wanted->argument;
    letter->handle_count = wanted->handle_count;
}

static bool is_open(tocsin_handle handle)
{
    struct tocsin_info_handle info;
    return handle != 0 && tocsin_object_info(handle, TOCSIN_INFO_HANDLE, &info, sizeof info, NULL) == TOCSIN_OK;
}

/* Puts the caller's console into the list, where it has one, and notes in the letter that it comes. */
static void add_console(struct tocsin_message_handle sent[], uint32_t *count, tocsin_handle console, uint32_t *noted)
{
    if (!is_open(console))
        return;
    sent[(*count)++] = (struct tocsin_message_handle){console, TOCSIN_TRANSFER_COPY};
    *noted = 1;
}

/* Why a process ended before it had its handles. */
static tocsin_status early_end(tocsin_handle process)
{
    struct tocsin_info_process record;
    tocsin_status status = tocsin_object_info(process, TOCSIN_INFO_PROCESS, &record, sizeof record, NULL);
    if (status != TOCSIN_OK)
        return status;
    if (record.exit_reason == TOCSIN_EXIT_REASON_EXITED && record.exit_code < 0)
        return record.exit_code; /* from __tocsin_spawned_begin */
    if (record.exit_reason == TOCSIN_EXIT_REASON_FAULT && record.exit_code == TOCSIN_FAULT_DETAIL_NO_MEMORY)
        return TOCSIN_NO_MEMORY;
    return TOCSIN_CANCELED;
}

/* Starts a process whose address space is made, and sees to it that it gets its handles. */
static tocsin_status start(const tocsin_handle made[], const struct tocsin_message *message, tocsin_handle allocator, uintptr_t sp)
{
    tocsin_handle near, far;
    tocsin_status status = tocsin_channel_create(allocator, 0, 0, &near, &far);
    if (status != TOCSIN_OK)
        return status;
    status = tocsin_process_start(made[PROCESS], made[THREAD], (uintptr_t)__tocsin_spawned_start, sp, (uint32_t)sp, far, NULL);
    if (status != TOCSIN_OK) {
        tocsin_handle_close(far);
    } else {
        status = tocsin_channel_send(near, message, TOCSIN_FOREVER);
        if (status == TOCSIN_PEER_CLOSED)
            status = early_end(made[PROCESS]);
        if (status != TOCSIN_OK)
            tocsin_task_kill(made[PROCESS]);
    }
    tocsin_handle_close(near);
    return status;
}

/* From process and thread, which are there, to the process that runs. */
static tocsin_status make(const tocsin_handle made[], const struct tocsin_spawn *wanted)
{
    struct letter letter;
    struct tocsin_message_handle sent[TOCSIN_MESSAGE_HANDLES];
    uint32_t count = 0;
    write_letter(&letter, wanted);
    for (; count < ALLOCATOR; count++)
        sent[count] = (struct tocsin_message_handle){made[count], TOCSIN_TRANSFER_COPY};
    sent[count++] = (struct tocsin_message_handle){wanted->allocator, TOCSIN_TRANSFER_COPY};
    add_console(sent, &count, __tocsin_program.console_output, &letter.startup.console_output);
    add_console(sent, &count, __tocsin_program.console_input, &letter.startup.console_input);
    for (uint32_t i = 0; i < wanted->handle_count; i++)
        sent[count++] = (struct tocsin_message_handle){wanted->handles[i], TOCSIN_TRANSFER_COPY};
    uintptr_t sp = letter_address(letter.startup.stack_high);
    tocsin_status status = map_program(made[VMAR], wanted->allocator);
    if (status == TOCSIN_OK)
        status = map_stack(made[VMAR], wanted->allocator, &letter, sp);
    if (status != TOCSIN_OK)
        return status;
    struct tocsin_message message = {0, 0, (uint32_t)(uintptr_t)sent, count};
    return start(made, &message, wanted->allocator, sp);
}

tocsin_status tocsin_spawn(const struct tocsin_spawn *wanted, tocsin_handle *process)
{
    tocsin_handle made[ALLOCATOR];
    if (wanted->function == NULL || wanted->name == NULL || wanted->name[0] == '\0')
        return TOCSIN_INVALID_ARGS;
    size_t length = strnlen(wanted->name, TOCSIN_NAME_BYTES + 1);
    if (length > TOCSIN_NAME_BYTES || wanted->handle_count > TOCSIN_SPAWN_HANDLES)
        return TOCSIN_OUT_OF_RANGE;
    if (kept_data == NULL)
        return TOCSIN_NO_MEMORY;
    tocsin_status status =
        tocsin_process_create(0, wanted->allocator, wanted->name, (uint32_t)length, &made[PROCESS], &made[VMAR]);
    if (status != TOCSIN_OK)
        return status;
    status = tocsin_thread_create(made[PROCESS], TOCSIN_DEFAULT_PRIORITY, "main", 4, &made[THREAD]);
    if (status == TOCSIN_OK) {
        /* No thread debugs itself: its debugger must be able to hide from it. */
        uint32_t rights = TOCSIN_ALL_RIGHTS & ~(uint32_t)TOCSIN_RIGHT_DEBUG;
        status = tocsin_handle_replace(made[THREAD], rights, &made[THREAD]);
        if (status == TOCSIN_OK)
            status = make(made, wanted);
        tocsin_handle_close(made[THREAD]);
    }
    /* A process that was not started goes with the last handle to it, and takes all that was made with it. */
    tocsin_handle_close(made[VMAR]);
    if (status == TOCSIN_OK)
        *process = made[PROCESS];
    else
        tocsin_handle_close(made[PROCESS]);
    return status;
}

tocsin_status tocsin_spawn_wait(tocsin_handle process, tocsin_time deadline, struct tocsin_info_process *record)
{
    struct tocsin_packet event;
    tocsin_status status = tocsin_event_wait(process, TOCSIN_SOURCE_LIFECYCLE, 0, deadline, &event, NULL);
    if (status != TOCSIN_OK)
        return status;
    return tocsin_object_info(process, TOCSIN_INFO_PROCESS, record, sizeof *record, NULL);
}

static int run_function(const struct tocsin_startup *startup)
{
    const struct letter *letter = (const struct letter *)startup;
    return letter->function(letter->argument, letter->handles);
}

/* In the new process, before its library works. A status that ends it here is what tocsin_spawn gives (early_end). */
__attribute__((noreturn)) void __tocsin_spawned_begin(struct letter *letter, tocsin_handle channel);

void __tocsin_spawned_begin(struct letter *letter, tocsin_handle channel)
{
    struct tocsin_message_handle got[TOCSIN_MESSAGE_HANDLES];
    struct tocsin_message buffer = {0, 0, (uint32_t)(uintptr_t)got, TOCSIN_MESSAGE_HANDLES};
    tocsin_status status = tocsin_channel_receive(channel, &buffer, 0, TOCSIN_FOREVER, NULL, NULL, NULL, NULL);
    if (status != TOCSIN_OK)
        tocsin_process_exit(status);
    tocsin_handle_close(channel);
    struct tocsin_startup *startup = &letter->startup;
    startup->process = got[PROCESS].handle;
    startup->thread = got[THREAD].handle;
    startup->vmar = got[VMAR].handle;
    startup->allocator = got[ALLOCATOR].handle;
    uint32_t count = OTHERS;
    if (startup->console_output != 0)
        startup->console_output = got[count++].handle;
    if (startup->console_input != 0)
        startup->console_input = got[count++].handle;
    for (uint32_t i = 0; i < letter->handle_count; i++)
        letter->handles[i] = got[count++].handle;
    __tocsin_begin_with(startup, run_function);
}
