/*
 * The console driver: owns the UART, prints what other processes send it, and gives them what is typed. The protocol stands in
 * tocsin/console.h.
 *
 * Two threads, which share nothing but the device, and of it no register: one prints, so that no writer ever waits for a
 * reader; the other has a pool, in which the interrupts of the UART arrive and the requests of readers, one at a time. The
 * UART interrupts only while a reader waits. So what nobody asks for stays where it is, outside, and the kernel can tell
 * whether anybody waits for somebody to type.
 *
 * There is no editing and no echo here: a person's line is edited by the terminal at which it is typed.
 *
 * What clients send is theirs to choose: it is bounded by the channel, and whatever it is, it is taken and answered or dropped.
 * When no client is left, or something happens that cannot, the driver ends; who still calls is told PEER_CLOSED.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/console.h>
#include <tocsin/startup.h>

/* The board's first UART, a 16550, and its line at the interrupt controller. */
#define UART_ADDRESS 0x10000000
#define UART_LINE 10

enum { RBR_THR = 0, IER = 1, FCR = 2, LSR = 5, MSR = 6 };
enum { FCR_ENABLE = 0x01 };
enum { IER_RECEIVED = 0x01, IER_MODEM = 0x08 };
enum { LSR_READY = 0x01, LSR_EMPTY = 0x20 };
enum { MSR_CARRIER = 0x80 };

/* Bytes that the transmitter takes once it is empty, with its FIFO on. */
#define TRANSMITTER_BYTES 16

enum { KEY_INTERRUPT = 1, KEY_REQUEST = 2 };

#define HANDLES_MAX 16

static volatile uint8_t *uart;

static void must(tocsin_status status)
{
    if (status != TOCSIN_OK)
        exit(1);
}

static void map_uart(const struct tocsin_startup *given)
{
    tocsin_handle device;
    uint32_t address;
    must(tocsin_device_create(given->resource, UART_ADDRESS, TOCSIN_PAGE_BYTES, &device));
    must(tocsin_vmar_map(given->vmar, device, 0, TOCSIN_PAGE_BYTES, TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE, 0,
                         &address));
    must(tocsin_handle_close(device));
    uart = (volatile uint8_t *)(uintptr_t)address;
    uart[FCR] = FCR_ENABLE;
}

/* Printing. */

static void print(const char *text, uint32_t length)
{
    for (uint32_t done = 0; done < length;) {
        while ((uart[LSR] & LSR_EMPTY) == 0)
            ;
        uint32_t end = length - done < TRANSMITTER_BYTES ? length : done + TRANSMITTER_BYTES;
        while (done < end)
            uart[RBR_THR] = (uint8_t)text[done++];
    }
}

static void serve_writers(tocsin_handle channel)
{
    static char text[TOCSIN_CONSOLE_BYTES];
    static struct tocsin_message_handle handles[HANDLES_MAX];
    struct tocsin_message buffer = {(uintptr_t)text, sizeof text, (uintptr_t)handles, HANDLES_MAX};
    struct tocsin_message nothing = {0, 0, 0, 0};
    uint32_t length, handle_count;
    tocsin_handle reply;
    while (tocsin_channel_receive(channel, &buffer, 0, TOCSIN_FOREVER, &length, &handle_count, &reply, NULL) == TOCSIN_OK) {
        for (uint32_t i = 0; i < handle_count; i++)
            tocsin_handle_close(handles[i].handle);
        print(text, length);
        if (reply != 0)
            tocsin_channel_reply(reply, &nothing);
    }
}

/* Reading. */

/* What came in and nobody has got yet: from `input_at` to `input_end`. */
static char input[TOCSIN_CONSOLE_BYTES];
static uint32_t input_at, input_end;

/* Who waits for input: a reply, 0 for nobody, and how many bytes it takes. */
static tocsin_handle reader;
static uint32_t reader_size;

static void take_input(void)
{
    if (input_at < input_end)
        return;
    input_at = input_end = 0;
    while (input_end < sizeof input && (uart[LSR] & LSR_READY) != 0)
        input[input_end++] = (char)uart[RBR_THR];
}

/*
 * Gives the reader what is there, or the end; if there is nothing, it waits on. Meanwhile the UART does not interrupt: as long as
 * it may, and is empty, it looks from outside as if somebody waited for more.
 */
static void serve_reader(void)
{
    uart[IER] = 0;
    take_input();
    uint32_t length = input_end - input_at;
    if (length == 0 && (uart[MSR] & MSR_CARRIER) != 0)
        return;
    if (length > reader_size)
        length = reader_size;
    const char *end_of_line = memchr(input + input_at, '\n', length);
    if (end_of_line != NULL)
        length = (uint32_t)(end_of_line + 1 - (input + input_at));
    struct tocsin_message message = {(uintptr_t)(input + input_at), length, 0, 0};
    if (tocsin_channel_reply(reader, &message) == TOCSIN_OK)
        input_at += length;
    reader = 0;
}

/* A call of a reader, as its packet has it; `words` are the message, then its handles. */
static void take_request(const struct tocsin_packet *packet, const uint32_t *words)
{
    uint32_t length = packet->data0, handle_count = packet->data1;
    uint32_t kept = length < sizeof(struct tocsin_console_read) ? length : sizeof(struct tocsin_console_read);
    for (uint32_t i = 0; i < handle_count; i++)
        tocsin_handle_close(words[(kept + 3) / 4 + i]);
    reader = packet->data2;
    reader_size = words[0];
    if (reader == 0 || (length == sizeof(struct tocsin_console_read) && reader_size >= 1 && reader_size <= sizeof input))
        return;
    tocsin_handle_close(reader);
    reader = 0;
}

static void *serve_readers(void *argument)
{
    const struct tocsin_startup *given = argument;
    tocsin_handle interrupt, pool;
    must(tocsin_pool_create(given->allocator, TOCSIN_POOL_VARIABLE, TOCSIN_PAGE_BYTES, 0, &pool));
    must(tocsin_interrupt_create(given->resource, UART_LINE, 0, 0, &interrupt));
    must(tocsin_event_listen(interrupt, TOCSIN_SOURCE_INTERRUPT, pool, KEY_INTERRUPT, TOCSIN_LISTEN_PERSISTENT, NULL));
    for (int is_asking = 0;;) {
        if (reader == 0 && !is_asking) {
            if (tocsin_channel_receive_async(given->console_input, pool, KEY_REQUEST, sizeof(struct tocsin_console_read),
                                             TOCSIN_RECEIVE_TRUNCATE, NULL) != TOCSIN_OK)
                return NULL;
            is_asking = 1;
        }
        struct tocsin_packet packet;
        uint32_t words[1 + HANDLES_MAX] = {0};
        must(tocsin_pool_take(pool, TOCSIN_FOREVER, &packet, words, sizeof words, NULL));
        if (packet.key == KEY_REQUEST) {
            is_asking = 0;
            if (packet.status != TOCSIN_OK)
                return NULL;
            take_request(&packet, words);
        }
        if (reader != 0)
            serve_reader();
        if (reader != 0)
            uart[IER] = IER_RECEIVED | IER_MODEM;
        if (packet.key == KEY_INTERRUPT)
            must(tocsin_event_resolve(interrupt, packet.data0, TOCSIN_VERDICT_HANDLED, 0, 0));
    }
}

int main(void)
{
    const struct tocsin_startup *given = tocsin_startup();
    pthread_t input_thread;
    pthread_attr_t urgent;
    struct sched_param priority = {TOCSIN_MAX_PRIORITY};
    map_uart(given);
    pthread_attr_init(&urgent);
    pthread_attr_setinheritsched(&urgent, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedparam(&urgent, &priority);
    if (pthread_create(&input_thread, &urgent, serve_readers, (void *)given) != 0)
        exit(1);
    pthread_setname_np(input_thread, "input");
    serve_writers(given->console_output);
    pthread_exit(NULL);
}
