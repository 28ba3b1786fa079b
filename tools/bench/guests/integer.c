/*
 * The integer mix: arithmetic and logic in registers, with loads and stores that march through arrays.
 * A sieve, a table-driven CRC-32, a matrix product and the SHA-256 compression function, about a quarter of the
 * instructions each.
 */
#include "rounds.h"

enum { SIEVE_LIMIT = 1 << 18, CRC_BYTES = 256 * 1024, MATRIX = 80, BLOCKS = 800 };

/* Odd numbers below SIEVE_LIMIT, a bit each; set: composite. Returns how many primes there are. */
static uint32_t sieve(void) {
  static uint32_t composite[SIEVE_LIMIT / 64];
  for (uint32_t i = 0; i < SIEVE_LIMIT / 64; i++) composite[i] = 0;
  uint32_t count = 1;
  for (uint32_t n = 3; n < SIEVE_LIMIT; n += 2) {
    if (composite[n >> 6] >> (n >> 1 & 31) & 1) continue;
    count++;
    if (n >= 1 << 10) continue;
    for (uint32_t m = n * n; m < SIEVE_LIMIT; m += 2 * n) composite[m >> 6] |= UINT32_C(1) << (m >> 1 & 31);
  }
  return count;
}

static uint32_t crc32(uint32_t seed) {
  static uint32_t table[256];
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t c = byte;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? c >> 1 ^ UINT32_C(0xedb88320) : c >> 1;
    table[byte] = c;
  }
  static uint8_t data[CRC_BYTES];
  for (uint32_t i = 0; i < CRC_BYTES; i += 4) {
    uint32_t word = next_random(&seed);
    for (uint32_t k = 0; k < 4; k++) data[i + k] = (uint8_t)(word >> 8 * k);
  }
  uint32_t crc = UINT32_MAX;
  for (uint32_t i = 0; i < CRC_BYTES; i++) crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
  return ~crc;
}

static uint32_t matrix(uint32_t seed) {
  static uint32_t a[MATRIX][MATRIX], b[MATRIX][MATRIX], product[MATRIX][MATRIX];
  for (uint32_t i = 0; i < MATRIX; i++) {
    for (uint32_t j = 0; j < MATRIX; j++) {
      a[i][j] = next_random(&seed);
      b[i][j] = next_random(&seed);
    }
  }
  uint32_t trace = 0;
  for (uint32_t i = 0; i < MATRIX; i++) {
    for (uint32_t j = 0; j < MATRIX; j++) {
      uint32_t sum = 0;
      for (uint32_t k = 0; k < MATRIX; k++) sum += a[i][k] * b[k][j];
      product[i][j] = sum;
    }
    trace = trace * 31 + product[i][i] + product[i][MATRIX - 1 - i];
  }
  return trace;
}

static inline uint32_t rotate(uint32_t x, uint32_t by) { return x >> by | x << (32 - by); }

/* SHA-256's compression (FIPS 180-4, 6.2.2) with the constants replaced by random ones: what counts is the instructions. */
static uint32_t mixing(uint32_t seed) {
  static uint32_t constants[64];
  uint32_t hash[8];
  for (uint32_t i = 0; i < 64; i++) constants[i] = next_random(&seed);
  for (uint32_t i = 0; i < 8; i++) hash[i] = next_random(&seed);
  for (uint32_t block = 0; block < BLOCKS; block++) {
    uint32_t w[64];
    for (uint32_t i = 0; i < 16; i++) w[i] = next_random(&seed);
    for (uint32_t i = 16; i < 64; i++) {
      uint32_t low = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
      uint32_t high = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
      w[i] = w[i - 16] + low + w[i - 7] + high;
    }
    uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (uint32_t i = 0; i < 64; i++) {
      uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
      uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
  }
  return hash[0] ^ hash[7];
}

uint32_t work_round(void) {
  uint32_t checksum = sieve();
  checksum = checksum * 31 + crc32(1);
  checksum = checksum * 31 + matrix(2);
  return checksum * 31 + mixing(3);
}
