/** The guests of the benchmark and what is wanted of them. The sources are in `guests/` and `bare/`. */
export interface Guest {
  /** The source is `guests/NAME.c`; what `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** Printed at the end of every round, on every engine; found with a host compiler's build of the same source. */
  readonly checksum: string;
  /** What the rate counts: retired instructions, or system calls of which a round makes this many. */
  readonly unit: 'instructions' | { readonly callsPerRound: number };
  /** The least rate that is wanted, as a multiple of QEMU's. */
  readonly wanted: number;
}

export const GUESTS: readonly Guest[] = [
  { name: 'integer', title: 'integer mix', checksum: 'cd700709', unit: 'instructions', wanted: 1 / 20 },
  { name: 'pointer', title: 'pointer mix', checksum: 'c0836ac7', unit: 'instructions', wanted: 1 / 20 },
  { name: 'calls', title: 'call mix', checksum: '86ece8e4', unit: 'instructions', wanted: 1 / 6 },
  { name: 'null-calls', title: 'null system calls', checksum: '00002710', unit: { callsPerRound: 10_000 }, wanted: 1 },
];

/** The guest that does next to nothing but system calls; the cost of the journal shows there if anywhere. */
export const NULL_CALLS = GUESTS[3];
