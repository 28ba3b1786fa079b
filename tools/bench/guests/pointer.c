/*
 * The pointer mix: loads whose address is the load before them, and branches that nobody can predict.
 * A linked list walked in random order, a quicksort and a binary search tree. The data fit in about 550 KiB, so that the
 * software TLB and the host's caches are used, and neither is what is measured.
 */
#include <stddef.h>

#include "rounds.h"

enum { LIST_NODES = 1 << 14, LIST_WALKS = 30, SORTED = 1 << 15, TREE_NODES = 1 << 13, LOOKUPS = 1 << 15 };

struct node {
  struct node *next;
  uint32_t value;
  uint32_t filler[2];
};

/* Every node once, in random order (Sattolo's shuffle makes one cycle), LIST_WALKS times round. */
static uint32_t walk_list(uint32_t seed) {
  static struct node nodes[LIST_NODES];
  static uint16_t order[LIST_NODES];
  for (uint32_t i = 0; i < LIST_NODES; i++) order[i] = (uint16_t)i;
  for (uint32_t i = LIST_NODES - 1; i > 0; i--) {
    uint32_t j = next_random(&seed) % i;
    uint16_t swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  for (uint32_t i = 0; i < LIST_NODES; i++) {
    nodes[i].next = &nodes[order[i]];
    nodes[i].value = i;
  }
  uint32_t sum = 0;
  struct node *at = nodes;
  for (uint32_t i = 0; i < LIST_WALKS * LIST_NODES; i++) {
    sum = sum * 5 + at->value;
    at = at->next;
  }
  return sum;
}

static NOINLINE void quicksort(uint32_t *low, uint32_t *high) {
  while (low < high) {
    uint32_t pivot = low[(high - low) / 2];
    uint32_t *i = low, *j = high;
    while (i <= j) {
      while (*i < pivot) i++;
      while (*j > pivot) j--;
      if (i > j) break;
      uint32_t swapped = *i;
      *i++ = *j;
      *j-- = swapped;
    }
    /* The smaller half by recursion, the larger in this loop: the stack stays logarithmic. */
    if (j - low < high - i) {
      quicksort(low, j);
      low = i;
    } else {
      quicksort(i, high);
      high = j;
    }
  }
}

static uint32_t sort(uint32_t seed) {
  static uint32_t numbers[SORTED];
  for (uint32_t i = 0; i < SORTED; i++) numbers[i] = next_random(&seed);
  quicksort(numbers, numbers + SORTED - 1);
  uint32_t sum = 0;
  for (uint32_t i = 0; i < SORTED; i++) {
    if (i > 0 && numbers[i - 1] > numbers[i]) return 0;
    sum = sum * 31 + numbers[i];
  }
  return sum;
}

struct branch {
  struct branch *child[2];
  uint32_t key, visits;
};

static uint32_t grow_tree(uint32_t seed) {
  static struct branch branches[TREE_NODES];
  struct branch *root = NULL;
  uint32_t found = 0;
  for (uint32_t i = 0; i < TREE_NODES; i++) {
    struct branch *fresh = &branches[i], **link = &root;
    fresh->child[0] = fresh->child[1] = NULL;
    fresh->key = next_random(&seed) & 0xffff;
    fresh->visits = 0;
    while (*link) link = &(*link)->child[fresh->key > (*link)->key];
    *link = fresh;
  }
  for (uint32_t i = 0; i < LOOKUPS; i++) {
    uint32_t key = next_random(&seed) & 0xffff;
    struct branch *at = root;
    while (at && at->key != key) at = at->child[key > at->key];
    if (at) found += ++at->visits;
  }
  return found;
}

uint32_t work_round(void) {
  uint32_t checksum = walk_list(1);
  checksum = checksum * 31 + sort(2);
  return checksum * 31 + grow_tree(3);
}
