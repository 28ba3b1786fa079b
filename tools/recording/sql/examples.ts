/** Questions that one asks of a run, and how: each is answered in the tests, on a recorded program of which the answer is known. */
export interface Example {
  /** By which tests know it. */
  readonly name: string;
  readonly question: string;
  readonly sql: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'deadlock',
    question: 'Which threads stand in a deadlock, and who waits for whom?',
    sql: `WITH RECURSIVE stuck AS (SELECT thread, lock, holder FROM waits WHERE end_seq IS NULL AND holder IS NOT NULL),
reach(start, at) AS (
  SELECT thread, holder FROM stuck UNION SELECT r.start, s.holder FROM reach r JOIN stuck s ON s.thread = r.at
)
SELECT t.name AS thread, s.lock, h.name AS holder
FROM stuck s JOIN threads t ON t.koid = s.thread JOIN threads h ON h.koid = s.holder
WHERE s.thread IN (SELECT start FROM reach WHERE at = start) ORDER BY s.thread`,
  },
  {
    name: 'lock cycles',
    question: 'Which orders of locks form a cycle, whether or not it ever came to a deadlock?',
    sql: `WITH RECURSIVE path(start, lock, way) AS (
  SELECT first, second, first || ' > ' || second FROM lock_orders
  UNION
  SELECT p.start, o.second, p.way || ' > ' || o.second FROM path p JOIN lock_orders o ON o.first = p.lock
  WHERE p.lock <> p.start AND (o.second = p.start OR instr(p.way, o.second) = 0)
)
SELECT way FROM path WHERE lock = start AND NOT EXISTS (
  SELECT 1 FROM path q WHERE q.lock = q.start AND q.start < path.start AND instr(path.way, q.start) > 0
)`,
  },
  {
    name: 'contended locks',
    question: 'Which locks cost the most time?',
    sql: `SELECT lock, waits, threads, waited, longest FROM locks ORDER BY waited DESC LIMIT 10`,
  },
  {
    name: 'slow calls',
    question: 'Which calls took longest?',
    sql: `SELECT c.name, t.name AS thread, c.seq, c.duration, c.waited, c.status
FROM calls c JOIN threads t ON t.koid = c.thread ORDER BY c.duration DESC LIMIT 10`,
  },
  {
    name: 'calls by name',
    question: 'Which calls were made, how often, and how many did not go well?',
    sql: `SELECT name, count(*) AS calls, sum(status NOT IN ('OK', 'no return')) AS failed, sum(duration) AS ns
FROM calls GROUP BY name ORDER BY calls DESC, name`,
  },
  {
    name: 'failed calls',
    question: 'Which calls failed, and how?',
    sql: `SELECT c.seq, c.name, c.status, t.name AS thread FROM calls c JOIN threads t ON t.koid = c.thread
WHERE c.status NOT IN ('OK', 'no return') ORDER BY c.seq`,
  },
  {
    name: 'unfinished',
    question: 'Who still waits at the end, and for what?',
    sql: `SELECT t.name AS thread, t.process_name AS process, w.sentence, w.time AS since
FROM waits w JOIN threads t ON t.koid = w.thread WHERE w.end_seq IS NULL ORDER BY w.thread`,
  },
  {
    name: 'who woke whom',
    question: 'Who woke whom, how often, and how long had they waited?',
    sql: `SELECT waker_name, sleeper_name, "on", count(*) AS times, sum(waited) AS waited
FROM wakes GROUP BY waker, sleeper, "on" ORDER BY times DESC, waker, sleeper`,
  },
  {
    name: 'what led to it',
    question: 'What led to the last step, back to the beginning?',
    sql: `WITH RECURSIVE chain(seq, cause) AS (
  SELECT seq, cause FROM steps WHERE seq = (SELECT max(seq) FROM steps)
  UNION SELECT s.seq, s.cause FROM chain c JOIN steps s ON s.seq = c.cause
)
SELECT s.seq, s.time, s.kind, s.what, t.name AS thread
FROM chain c JOIN steps s ON s.seq = c.seq LEFT JOIN threads t ON t.koid = s.actor ORDER BY s.seq DESC`,
  },
  {
    name: 'time of threads',
    question: 'Where did the time of each thread go?',
    sql: `SELECT name, process_name, running, ready, blocked, dispatches FROM threads ORDER BY running DESC`,
  },
  {
    name: 'permission changes',
    question: 'Which handles did programs make, pass on, or take rights from?',
    sql: `SELECT p.seq, p.change, a.name AS by, r.name AS process, p.type, p.object, p.rights_names
FROM permissions p LEFT JOIN threads a ON a.koid = p.actor LEFT JOIN processes r ON r.koid = p.process
WHERE p.change <> 'closed' AND p.actor IS NOT NULL ORDER BY p.seq`,
  },
  {
    name: 'fewer rights',
    question: 'Where did a handle get fewer rights than the one that it comes from?',
    sql: `SELECT seq, process, type, object, rights_names FROM permissions
WHERE change IN ('opened', 'replaced') AND rights <> 131071 AND actor IS NOT NULL ORDER BY seq`,
  },
  {
    name: 'storms',
    question: 'In which 10 µs was the most done, and by whom?',
    sql: `SELECT time / 10000 AS slice, count(*) AS steps, sum(kind = 'call') AS calls, sum(kind = 'interrupt') AS interrupts,
  count(DISTINCT actor) AS threads
FROM steps GROUP BY slice ORDER BY steps DESC, slice LIMIT 5`,
  },
  {
    name: 'shortages',
    question: 'Which allocators were short of memory, how much of it, and what came of it?',
    sql: `SELECT s.allocator, s.kind, s.bytes, s.seq, s.end_time - s.time AS lasted, s.rounds, s.answers, s.relieved,
  m.used, m.quota
FROM shortages s JOIN memory m ON m.allocator = s.allocator AND m.seq = (
  SELECT max(seq) FROM memory WHERE allocator = s.allocator AND seq <= s.seq
) ORDER BY s.seq`,
  },
  {
    name: 'memory peaks',
    question: 'What is the most that each allocator ever had?',
    sql: `SELECT allocator, max(used) AS peak, quota FROM memory GROUP BY allocator ORDER BY peak DESC`,
  },
  {
    name: 'how processes ended',
    question: 'How did each process end?',
    sql: `SELECT name, reason, code, fault_cause, iif(fault_cause IS NULL, NULL, printf('0x%x', fault_address)) AS address
FROM processes ORDER BY koid`,
  },
  {
    name: 'left over',
    question: 'Which objects were never given back?',
    sql: `SELECT type, count(*) AS objects FROM objects WHERE gone_seq IS NULL GROUP BY type ORDER BY objects DESC, type`,
  },
  {
    name: 'latency of channels',
    question: 'How long does each server take to answer?',
    sql: `SELECT p.name AS server, count(*) AS requests, min(r.duration) AS least, avg(r.duration) AS mean, max(r.duration) AS most
FROM requests r JOIN processes p ON p.koid = r.server_process GROUP BY r.server_process ORDER BY most DESC`,
  },
  {
    name: 'choices',
    question: 'Where did a seed choose another way than the plain schedule would have gone?',
    sql: `SELECT kind, count(*) AS choices, sum(picked > 0) AS otherwise FROM choices GROUP BY kind ORDER BY kind`,
  },
  {
    name: 'records by type',
    question: 'Of which records is the journal made?',
    sql: `SELECT type, class, count(*) AS records FROM records GROUP BY type ORDER BY records DESC, type LIMIT 10`,
  },
];
