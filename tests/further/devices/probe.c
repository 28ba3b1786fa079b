/*
 * A bare-metal program that tries the devices of the virt board and prints what it sees: the same on QEMU and on Tocsin. It
 * polls, so that it needs no trap handler, and prints nothing that depends on time. With -DLEGACY it drives virtio devices of
 * version 1.
 */
#include <stddef.h>
#include <stdint.h>

#define UART 0x10000000u
#define FINISHER 0x100000u
#define RTC 0x101000u
#define PLIC 0x0c000000u
#define DISK 0x10001000u
#define ENTROPY 0x10002000u
#define SLOT 0x1000u

#define CLAIM (PLIC + 0x200004)

static volatile uint32_t *word_at(uintptr_t address) { return (volatile uint32_t *)address; }
static volatile uint8_t *byte_at(uintptr_t address) { return (volatile uint8_t *)address; }

void *memset(void *to, int byte, size_t length) {
  volatile uint8_t *bytes = to;
  while (length-- > 0) *bytes++ = (uint8_t)byte;
  return to;
}

static void put(char letter) {
  while ((*byte_at(UART + 5) & 0x20) == 0) {}
  *byte_at(UART) = (uint8_t)letter;
}

static void text(const char *letters) {
  while (*letters != 0) put(*letters++);
}

static void hex(uint32_t number) {
  for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[(number >> shift) & 15]);
}

static void show(const char *what, uint32_t number) {
  text(what);
  put(' ');
  hex(number);
  put('\n');
}

/* Stores to registers and shows what they made of it. */
static void store_and_show(const char *what, uintptr_t address, uint32_t value) {
  *word_at(address) = value;
  show(what, *word_at(address));
}

static void try_uart(void) {
  *byte_at(UART + 7) = 0xa5;
  show("uart scratch", *byte_at(UART + 7));
  show("uart modem", *byte_at(UART + 6));
  *byte_at(UART + 4) = 0x1a;
  uint8_t modem = *byte_at(UART + 6) & 0xf0;
  *byte_at(UART) = 0x42;
  for (volatile int i = 0; i < 1000000 && (*byte_at(UART + 5) & 1) == 0; i++) {}
  uint8_t line = *byte_at(UART + 5);
  uint8_t looped = *byte_at(UART);
  *byte_at(UART) = 0x43;
  *byte_at(UART) = 0x44;
  uint8_t overrun = *byte_at(UART + 5);
  uint8_t last = *byte_at(UART);
  *byte_at(UART + 4) = 0;
  show("uart modem in loopback", modem);
  show("uart line in loopback", line);
  show("uart looped", looped);
  show("uart line, overrun", overrun);
  show("uart looped last", last);
  *byte_at(UART + 1) = 2;
  uint8_t first = *byte_at(UART + 2);
  uint8_t second = *byte_at(UART + 2);
  *byte_at(UART + 1) = 0;
  show("uart identification, transmitter enabled", first);
  show("uart identification, read again", second);
  *byte_at(UART + 2) = 1;
  show("uart identification, with FIFOs", *byte_at(UART + 2));
  *byte_at(UART + 3) = 0x83;
  *byte_at(UART) = 0x34;
  *byte_at(UART + 1) = 0x12;
  uint32_t divisor = *byte_at(UART) | (uint32_t)(*byte_at(UART + 1) << 8);
  *byte_at(UART + 3) = 3;
  show("uart divisor", divisor);
}

static void try_plic(void) {
  store_and_show("plic priority 0", PLIC, 7);
  store_and_show("plic priority 1", PLIC + 4, 0xffffffff);
  store_and_show("plic priority 95", PLIC + 4 * 95, 3);
  store_and_show("plic pending", PLIC + 0x1000, 0xffffffff);
  store_and_show("plic enables of S", PLIC + 0x2084, 0xffffffff);
  *word_at(PLIC + 0x2084) = 0;
  store_and_show("plic threshold of S", PLIC + 0x201000, 5);
  show("plic claim with nothing pending", *word_at(CLAIM));
  for (uint32_t source = 1; source < 96; source++) *word_at(PLIC + 4 * source) = 1;
  *word_at(PLIC + 0x2000) = 0xfffffffe;
}

/* The source that interrupts next; completes it once `quiet` has made its device be so. */
static uint32_t claim(void (*quiet)(void)) {
  uint32_t source = 0;
  for (volatile int i = 0; i < 10000000 && source == 0; i++) source = *word_at(CLAIM);
  quiet();
  *word_at(CLAIM) = source;
  return source;
}

static void quiet_rtc(void) { *word_at(RTC + 0x1c) = 1; }

static void try_rtc(void) {
  store_and_show("rtc interrupt enabled", RTC + 0x10, 3);
  /* An alarm in 1970, at once. */
  *word_at(RTC + 0x0c) = 0;
  *word_at(RTC + 0x08) = 0;
  show("rtc alarm status", *word_at(RTC + 0x18));
  show("rtc claimed", claim(quiet_rtc));
  show("rtc claimed again", *word_at(CLAIM));
  store_and_show("rtc alarm high", RTC + 0x0c, 0x7fffffff);
  *word_at(RTC + 0x08) = 5;
  show("rtc alarm low", *word_at(RTC + 0x08));
  show("rtc alarm status, far away", *word_at(RTC + 0x18));
  *word_at(RTC + 0x14) = 1;
  show("rtc alarm status, cleared", *word_at(RTC + 0x18));
  *word_at(RTC + 0x04) = 0x1234;
  (void)*word_at(RTC);
  show("rtc time high, set", *word_at(RTC + 0x04));
}

struct descriptor {
  uint64_t address;
  uint32_t length;
  uint16_t flags, next;
};

/* Laid out as version 1 wants it: the device area at the next page behind the others. */
static struct {
  struct descriptor descriptors[8] __attribute__((aligned(4096)));
  struct {
    uint16_t flags, index, ring[8], unused;
  } driver;
  struct {
    uint16_t flags, index;
    struct {
      uint32_t head, written;
    } ring[8];
    uint16_t unused;
  } device __attribute__((aligned(4096)));
} queue;

static struct {
  uint32_t type, reserved;
  uint64_t sector;
} header;
static uint8_t data[1024];
static volatile uint8_t answer;
static struct descriptor table[3];

static void agree(uintptr_t device, uint32_t features) {
  *word_at(device + 0x24) = 0;
  *word_at(device + 0x20) = features;
#ifndef LEGACY
  *word_at(device + 0x24) = 1;
  *word_at(device + 0x20) = 1;
  *word_at(device + 0x70) = 0xb;
#endif
  show("  status, features agreed", *word_at(device + 0x70));
}

static void start(uintptr_t device, uint32_t features) {
  memset(&queue, 0, sizeof queue);
  *word_at(device + 0x70) = 0;
  show("  status, reset", *word_at(device + 0x70));
  *word_at(device + 0x70) = 3;
  agree(device, features);
  *word_at(device + 0x30) = 0;
  show("  queue ready before", *word_at(device + 0x44));
#ifdef LEGACY
  *word_at(device + 0x28) = 4096;
  *word_at(device + 0x38) = 8;
  *word_at(device + 0x3c) = 4096;
  *word_at(device + 0x40) = (uint32_t)(uintptr_t)&queue >> 12;
  show("  queue page", *word_at(device + 0x40) == (uint32_t)(uintptr_t)&queue >> 12);
#else
  *word_at(device + 0x38) = 8;
  *word_at(device + 0x80) = (uint32_t)(uintptr_t)queue.descriptors;
  *word_at(device + 0x90) = (uint32_t)(uintptr_t)&queue.driver;
  *word_at(device + 0xa0) = (uint32_t)(uintptr_t)&queue.device;
  *word_at(device + 0x44) = 1;
#endif
  show("  queue ready", *word_at(device + 0x44));
  *word_at(device + 0x70) = *word_at(device + 0x70) | 4;
  show("  status, driver", *word_at(device + 0x70));
}

static uintptr_t current;
static void quiet_virtio(void) {
  uint32_t status = *word_at(current + 0x60);
  show("  interrupt status", status);
  *word_at(current + 0x64) = status;
}

static uint32_t submit(uintptr_t device) {
  volatile uint16_t *index = &queue.device.index;
  uint16_t before = *index;
  queue.driver.ring[queue.driver.index % 8] = 0;
  __sync_synchronize();
  queue.driver.index++;
  __sync_synchronize();
  *word_at(device + 0x50) = 0;
  while (*index == before) {}
  __sync_synchronize();
  show("  head", queue.device.ring[before % 8].head);
  current = device;
  show("  claimed", claim(quiet_virtio));
  return queue.device.ring[before % 8].written;
}

/* A request with `length` bytes of data, in two buffers; by a table of its own if `indirect`. */
static void request(const char *what, uint32_t type, uint64_t sector, uint32_t length, int indirect) {
  struct descriptor *at = indirect ? table : queue.descriptors;
  uint16_t direction = type == 1 ? 0 : 2;
  text(what);
  put('\n');
  header.type = type;
  header.sector = sector;
  answer = 0xee;
  at[0] = (struct descriptor){(uintptr_t)&header, 16, 1, 1};
  if (length > 0) {
    at[1] = (struct descriptor){(uintptr_t)data, length, 1 | direction, 2};
    at[2] = (struct descriptor){(uintptr_t)&answer, 1, 2, 0};
  } else {
    at[1] = (struct descriptor){(uintptr_t)&answer, 1, 2, 0};
  }
  if (indirect) queue.descriptors[0] = (struct descriptor){(uintptr_t)table, sizeof table, 4, 0};
  uint32_t written = submit(DISK);
  show("  answer", answer);
  /* QEMU counts the whole buffer also after an error, when it has written none of it (2.7.8.2 forbids that). */
  if (answer == 0) show("  written", written);
  uint32_t sum = 0;
  for (uint32_t i = 0; i < length; i++) sum = sum * 31 + data[i];
  show("  data", sum);
}

static void try_disk(void) {
  uint32_t wanted = (1u << 28) | (1u << 9);
  *word_at(DISK + 0x14) = 0;
  show("disk features", *word_at(DISK + 0x10) & (wanted | (1u << 5) | (1u << 6) | (1u << 2)));
  *word_at(DISK + 0x14) = 1;
  show("disk features, high", *word_at(DISK + 0x10) & 1);
  show("disk capacity", *word_at(DISK + 0x100));
  show("disk capacity, high", *word_at(DISK + 0x104));
  show("disk capacity, a byte", *byte_at(DISK + 0x100));
  show("disk block size", *word_at(DISK + 0x114));
  *word_at(DISK + 0x30) = 1;
  show("disk queue 1", *word_at(DISK + 0x34));
  start(DISK, wanted);
  request("read", 0, 3, 512, 0);
  request("read two sectors by a table", 0, 5, 1024, 1);
  memset(data, 0x5a, sizeof data);
  request("write", 1, 7, 512, 0);
  memset(data, 0, sizeof data);
  request("read what was written, and the next", 0, 7, 1024, 0);
  request("flush", 4, 0, 0, 0);
  memset(data, 0, sizeof data);
  request("id", 8, 0, 20, 0);
  memset(data, 0, sizeof data);
  request("read behind the end", 0, 64, 512, 0);
  request("write over the end", 1, 63, 1024, 0);
  request("unknown type", 99, 0, 512, 0);
}

static void try_entropy(void) {
  text("entropy\n");
  start(ENTROPY, 0);
  memset(data, 0, sizeof data);
  queue.descriptors[0] = (struct descriptor){(uintptr_t)data, 64, 2, 0};
  show("  written", submit(ENTROPY));
  uint32_t any = 0;
  for (int i = 0; i < 64; i++) any |= data[i];
  show("  some bits", any != 0);
  show("  byte behind", data[64]);
}

static void try_slots(void) {
  for (uintptr_t slot = DISK; slot < DISK + 8 * SLOT; slot += SLOT) {
    show("slot", (uint32_t)slot);
    for (uintptr_t offset = 0; offset < 16; offset += 4) show(" ", *word_at(slot + offset));
  }
}

/* Begins with a loop that leads nowhere: a chain that no device can take. */
static void try_broken_chain(void) {
  text("broken chain\n");
  start(DISK, 0);
  queue.descriptors[0] = (struct descriptor){(uintptr_t)&header, 16, 1, 0};
  queue.driver.ring[0] = 0;
  __sync_synchronize();
  queue.driver.index = 1;
  __sync_synchronize();
  *word_at(DISK + 0x50) = 0;
  for (volatile int i = 0; i < 1000000 && (*word_at(DISK + 0x70) & 0x40) == 0; i++) {}
  show("  status", *word_at(DISK + 0x70));
  /* QEMU also says that a chain is done, which is not so. */
  show("  interrupt status", *word_at(DISK + 0x60) & 2);
  show("  given back", queue.device.index);
  start(DISK, 0);
  request("read after the reset", 0, 3, 512, 0);
}

void main(void) {
  try_uart();
  try_plic();
  try_rtc();
  try_slots();
  try_disk();
  try_entropy();
  try_broken_chain();
  *word_at(FINISHER) = 0x73333;
}

__asm__(
    ".section .text.start, \"ax\"\n"
    ".globl _start\n"
    "_start:\n"
    "  la sp, stack_top\n"
    "  call main\n"
    "1: j 1b\n"
    ".text\n");
