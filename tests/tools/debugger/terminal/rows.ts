/** For each command that help names, what a person could say and what is said then. */
import { INFOS } from '../../../../tools/debugger/terminal/commands/info.js';
import { lineWith } from './conversation.js';

export interface Row {
  /** The command of help that it shows, `info …` with the name of what it says. */
  readonly of: string;
  readonly program?: string;
  readonly before?: readonly string[];
  /** The last line is what is looked at. */
  readonly say: string;
  /** Lines that follow, as of a list that `end` ends; and commands whose answer is looked at instead. */
  readonly more?: readonly string[];
  readonly after?: readonly string[];
  readonly expects: RegExp;
}

const SUM = lineWith('inventory.c', 'int sum(');
const LOOP = lineWith('inventory.c', 'for (int i');
const CALLING = lineWith('inventory.c', 'own.count = sum(');
const IN_SUM = ['break sum', 'run'];
const RISING = ['set var $n = 0', 'catch thread-start', 'run', 'continue'];

export const ROWS: readonly Row[] = [
  { of: 'run', say: 'run', expects: /(^|\n)\[Process \d+ \(inventory\) exited with code 12\]$/ },
  { of: 'run', before: ['run'], say: 'run a b', after: ['show args'], expects: /^Arguments of the program: a b$/ },
  {
    of: 'start',
    say: 'start',
    expects: new RegExp(`hit Temporary breakpoint 1, main \\(argc=1, argv=0x\\w+\\) at inventory.c:${CALLING - 1}`),
  },
  { of: 'starti', before: ['run'], say: 'starti', expects: /_start \(\) at start\.S:\d+/ },
  { of: 'continue', before: IN_SUM, say: 'continue', expects: /exited with code 12/ },
  {
    of: 'continue',
    before: ['break twice', 'run'],
    say: 'continue 2',
    expects: /Will ignore next 1 crossings[\s\S]*twice \(n=3\)/,
  },
  {
    of: 'step',
    before: IN_SUM,
    say: 'step 3',
    expects: /^twice \(n=1\) at inventory\.c:\d+\n\d+\t {2}int result = n \* 2;$/,
  },
  { of: 'next', before: IN_SUM, say: 'next', expects: new RegExp(`^${LOOP}\t {2}for \\(int i = 0;`) },
  { of: 'next', before: [...IN_SUM, 'next', 'next'], say: 'next', expects: /^\d+\t {4}total = result;$/ },
  { of: 'stepi', before: ['starti'], say: 'stepi', expects: /^0x\w+\t\d+\t.*__global_pointer|^0x\w+ in _start|_start/ },
  { of: 'nexti', before: ['start', 'break *$pc'], say: 'nexti', expects: /^0x\w+\t\d+\t {2}struct item own/ },
  {
    of: 'stepcall',
    before: IN_SUM,
    say: 'stepcall',
    after: ['x/i $pc'],
    expects: /^=> 0x\w+ <sum\+0x\w+>:\t(jalr? ra|c\.jal)/,
  },
  {
    of: 'reverse-step',
    before: [...IN_SUM, 'next', 'step', 'step'],
    say: 'reverse-step 2',
    expects: /^sum \(numbers=0x\w+ <table>, count=3\) at inventory\.c:\d+\n\d+\t {4}result \+= twice\(numbers\[i\]\);$/,
  },
  {
    of: 'reverse-next',
    before: [...IN_SUM, 'next', 'next', 'next'],
    say: 'reverse-next',
    expects: /^\d+\t {4}result \+= twice\(numbers\[i\]\);$/,
  },
  {
    of: 'reverse-next',
    before: ['start', 'next', 'next', 'next'],
    say: 'reverse-next 2',
    expects: new RegExp(`^${CALLING}\t {2}own\\.count = sum\\(table, 3\\);$`),
  },
  {
    of: 'reverse-stepi',
    before: [...IN_SUM, 'set var $at = $pc', 'stepi 5'],
    say: 'reverse-stepi 5',
    after: ['p $pc == $at'],
    expects: /= 1$/,
  },
  {
    of: 'reverse-nexti',
    before: ['break total_of if 0', ...IN_SUM, 'break *$pc', 'next', 'set var $at = $pc', 'next', 'next'],
    say: 'reverse-next',
    after: ['reverse-next', 'reverse-nexti', 'bt'],
    expects: /^#0 .*sum \(/,
  },
  {
    of: 'reverse-finish',
    before: ['break twice', 'run'],
    say: 'reverse-finish',
    expects: /^0x\w+ in sum \(numbers=0x\w+ <table>, count=3\) at inventory\.c:\d+\n\d+\t {4}result \+= twice/,
  },
  {
    of: 'reverse-continue',
    before: ['break twice', 'break factorial', 'run', 'continue', 'continue', 'continue'],
    say: 'reverse-continue',
    expects: /hit Breakpoint 1, twice \(n=3\)/,
  },
  {
    of: 'reverse-continue',
    before: ['start', 'watch total', 'continue', 'continue', 'continue', 'delete 1'],
    say: 'reverse-continue',
    expects: /Hardware watchpoint 2: total\n\nValue before = 6\n/,
  },
  {
    of: 'reverse-continue',
    before: ['run'],
    say: 'reverse-continue',
    expects: /^No more reverse-execution history\.\n/,
  },
  {
    of: 'reverse-wake',
    program: 'workers.c',
    before: ['break printf', 'run'],
    say: 'reverse-wake',
    expects: /^main #\d+ went on because of thread #\d+ at step \d+ \(instruction \d+, \d+ ns\): thread_exit\(/,
  },
  { of: 'last-write', before: ['run'], say: 'last-write total', after: ['p result'], expects: /= 12$/ },
  {
    of: 'why',
    program: 'workers.c',
    before: ['break nanosleep', 'run', 'tbreak puts', 'continue'],
    say: 'info threads',
    after: ['thread 30', 'why'],
    expects:
      /^thread #30 waits for the futex 0x\w+ \(lock\), held by main #5\.\nIt began to wait at step \d+ .*futex_wait\(.*\nWakes of that futex before that: none\.\n/,
  },
  {
    of: 'when',
    before: IN_SUM,
    say: 'when',
    expects: /^step \d+, instruction \d+; the run is known up to step \d+, instruction \d+\.$/,
  },
  {
    of: 'goto',
    before: ['run'],
    say: 'goto 100',
    after: ['when'],
    expects: /^step \d+, instruction 100; the run is known up to/,
  },
  {
    of: 'goto',
    before: ['run'],
    say: 'goto step 99999',
    expects: /^step 99999 is not known: the run is known from step/,
  },
  {
    of: 'branch',
    before: ['break twice', 'run', 'continue', 'reverse-continue', 'set var n = 100', 'delete', 'continue'],
    say: 'branch',
    expects: /^ {2}0: up to step \d+, instruction \d+\n\* 1: up to step \d+, instruction \d+, from branch 0 at step/,
  },
  {
    of: 'reverse-continue',
    program: 'parent.c',
    // The last one is in the parent, the one before in its child.
    before: ['break mark', 'run', 'continue'],
    say: 'reverse-continue',
    expects: /hit Breakpoint 1, mark \(by=5\)/,
  },
  {
    of: 'reverse-continue',
    program: 'parent.c',
    before: ['break mark', 'run', 'watch marks', 'continue', 'continue'],
    say: 'reverse-continue',
    expects: /Hardware watchpoint 2: marks\n\nValue before = 0\n/,
  },
  {
    of: 'stepret',
    before: IN_SUM,
    say: 'stepret',
    after: ['x/i $pc'],
    expects: /^=> 0x\w+ <sum\+0x\w+>:\t(c\.jr ra|jalr zero, 0\(ra\))/,
  },
  { of: 'stepsys', before: ['start'], say: 'stepsys', expects: /\(call to \w+\(.*\)\)\nThread main #\d+/ },
  {
    of: 'stepevent',
    program: 'workers.c',
    before: ['start'],
    say: 'stepevent',
    expects: /\(event: what it waited for came, \w+\)\nThread \w+ #\d+/,
  },
  {
    of: 'finish',
    before: IN_SUM,
    say: 'finish',
    expects: /^Run till exit from #0 {2}sum \(numbers=0x\w+ <table>, count=3\)[\s\S]*Value returned is \$1 = 12$/,
  },
  {
    of: 'until',
    before: [...IN_SUM, 'next', 'next', 'next', 'next'],
    say: 'until',
    after: ['until', 'print result'],
    expects: /^\$1 = 12$/,
  },
  { of: 'until', before: ['start'], say: 'until factorial', expects: /factorial \(n=4\) at inventory\.c:\d+/ },
  {
    of: 'advance',
    before: ['start'],
    say: `advance ${CALLING + 1}`,
    expects: new RegExp(`inventory\\.c:${CALLING + 1}|^${CALLING + 1}\t`),
  },
  {
    of: 'jump',
    before: ['start', `tbreak ${CALLING + 2}`],
    say: `jump ${CALLING + 2}`,
    expects: /Continuing at 0x\w+ <main\+0x\w+>/,
  },
  { of: 'return', before: IN_SUM, say: 'return 99', after: ['next', 'print own.count'], expects: /^\$1 = 99$/ },
  {
    of: 'handle',
    program: 'faulty.c',
    before: ['handle load-page-fault nostop print'],
    say: 'run',
    expects: /(^|\n)Thread main #\d+: load page fault at address 0x8.*\n\[Process \d+ \(faulty\) was ended by a fault/,
  },
  {
    of: 'verdict',
    program: 'faulty.c',
    before: ['run', 'set var $pc = $pc + 4', 'verdict handled'],
    say: 'continue',
    expects: /illegal instruction|misaligned|page fault/,
  },
  {
    of: 'verdict',
    program: 'faulty.c',
    before: ['run', 'verdict kill process'],
    say: 'continue',
    expects: /was killed|ended by a fault/,
  },
  {
    of: 'signal',
    program: 'faulty.c',
    before: ['run'],
    say: 'signal 0',
    expects: /load page fault at address 0x8: a null pointer\nload/,
  },
  { of: 'kill', before: IN_SUM, say: 'kill', after: ['info registers'], expects: /^The program is not being run\.$/ },
  {
    of: 'detach',
    before: IN_SUM,
    say: 'detach',
    expects:
      /^Detaching from the program: process inventory #\d+\n[\s\S]*\[Process \d+ \(inventory\) exited with code 12\]$/,
  },

  {
    of: 'break',
    say: 'break sum',
    expects: new RegExp(`^Breakpoint 1 at 0x\\w+: file inventory\\.c, line ${SUM + 1}\\.$`),
  },
  {
    of: 'break',
    before: [`break inventory.c:${LOOP + 2} if result > 2`],
    say: 'run',
    after: ['print result'],
    expects: /^\$1 = 6$/,
  },
  { of: 'break', before: ['break *factorial'], say: 'run', expects: /factorial \(.*\) at inventory\.c/ },
  { of: 'tbreak', before: ['tbreak twice', 'run'], say: 'continue', expects: /exited with code 12/ },
  { of: 'hbreak', before: ['hbreak sum'], say: 'run', expects: /hit Hardware assisted breakpoint 1, sum/ },
  {
    of: 'thbreak',
    before: ['thbreak twice', 'run'],
    say: 'info breakpoints',
    expects: /^No breakpoints or watchpoints\.$/,
  },
  {
    of: 'watch',
    before: ['watch total'],
    say: 'run',
    expects:
      /^\nHardware watchpoint 1: total\n\nOld value = 0\nNew value = 2\nsum|Hardware watchpoint 1: total\n\nOld value = 0\nNew value = 2\nsum/,
  },
  {
    of: 'watch',
    before: ['break sum', 'run', 'watch result', 'delete 1', 'continue', 'continue', 'continue'],
    say: 'continue',
    expects: /Watchpoint 2 deleted because the program has left the block in\nwhich its expression is valid\./,
  },
  { of: 'watch', before: ['watch bolts.name[1]'], say: 'run', expects: /exited with code 12/ },
  {
    of: 'rwatch',
    before: ['rwatch table[1]'],
    say: 'run',
    expects: /Hardware read watchpoint 1: table\[1\]\n\nValue = 2\n/,
  },
  {
    of: 'awatch',
    before: ['awatch {int}&total'],
    say: 'run',
    expects: /Hardware access \(read\/write\) watchpoint 1: \{int\}&total\n\nOld value = 0\nNew value = 2/,
  },
  {
    of: 'catch',
    program: 'faulty.c',
    before: ['handle all nostop noprint', 'catch fault load-page-fault'],
    say: 'run',
    expects: /Catchpoint 1\nThread main #\d+: load page fault at address 0x8/,
  },
  {
    of: 'catch',
    program: 'workers.c',
    before: ['catch call thread_create', 'run'],
    say: 'continue',
    expects: /^Continuing\.\n\nCatchpoint 1 \(returned from thread_create: OK thread=#\d+\)/,
  },
  {
    of: 'catch',
    program: 'parent.c',
    before: ['catch start'],
    say: 'run',
    expects: /\[New process child #\d+\]\n(\[Switching.*\n)?\nCatchpoint 1 \(process started\)/,
  },
  {
    of: 'catch',
    program: 'parent.c',
    before: ['catch exit'],
    say: 'run',
    expects: /Catchpoint 1 \(Process child #\d+ ended: code 5\)/,
  },
  {
    of: 'catch',
    program: 'workers.c',
    before: RISING,
    say: 'info threads',
    expects: /\* thread #\d+ +workers #\d+ +\w+ +0x\w+ in __tocsin_thread_start/,
  },
  {
    of: 'tcatch',
    program: 'workers.c',
    before: ['tcatch event', 'run'],
    say: 'info breakpoints',
    expects: /^No breakpoints/,
  },
  { of: 'condition', before: ['break twice', 'condition 1 n == 3', 'run'], say: 'print n', expects: /^\$1 = 3$/ },
  { of: 'ignore', before: ['break twice', 'ignore 1 2', 'run'], say: 'print n', expects: /^\$1 = 3$/ },
  {
    of: 'delete',
    before: ['break sum', 'break main', 'delete 1'],
    say: 'info breakpoints',
    expects: /^Num[^\n]*\n2 +breakpoint[^\n]*$/,
  },
  { of: 'clear', before: ['break sum'], say: 'clear sum', expects: /^Deleted breakpoint 1$/ },
  { of: 'enable', before: ['break sum', 'disable', 'enable 1'], say: 'run', expects: /Breakpoint 1, sum/ },
  {
    of: 'disable',
    before: ['break sum', 'disable 1'],
    say: 'run',
    expects: /^(\[New thread .*\]\n)?\[Process \d+ \(inventory\) exited/,
  },
  {
    of: 'commands',
    before: ['break sum'],
    say: 'commands 1',
    more: ['silent', 'print count + 1', 'end'],
    after: ['run'],
    expects: /Breakpoint 1, sum[\s\S]*\$1 = 4$/,
  },

  {
    of: 'backtrace',
    before: ['break factorial if n == 2', 'run'],
    say: 'backtrace 4',
    expects:
      /^#0 {2}factorial \(n=2\)[^\n]*\n#1 {2}0x\w+ in factorial \(n=3\)[^\n]*\n#2 [^\n]*\n#3 {2}0x\w+ in main [^\n]*\n\(More stack frames follow\.\.\.\)$/,
  },
  { of: 'backtrace', before: IN_SUM, say: 'bt full 1', expects: /^#0[^\n]*\n {8}result = / },
  { of: 'frame', before: IN_SUM, say: 'frame 1', expects: new RegExp(`^#1 {2}0x\\w+ in main [^\\n]*\\n${CALLING}\\t`) },
  { of: 'up', before: IN_SUM, say: 'up', after: ['print own.name'], expects: /^\$1 = "own/ },
  { of: 'down', before: [...IN_SUM, 'up'], say: 'down', expects: /^#0 {2}sum/ },

  { of: 'print', before: IN_SUM, say: 'print count * 2 + table[1]', expects: /^\$1 = 8$/ },
  { of: 'print', before: ['start'], say: 'print/x nuts.next->count', expects: /^\$1 = 0xc$/ },
  { of: 'output', before: IN_SUM, say: 'output count', expects: /^3$/ },
  { of: 'x', before: ['start'], say: 'x/3dw table', after: ['x'], expects: /^0x\w+ <table\+0xc>:\t4$/ },
  { of: 'x', before: ['start'], say: 'x/s bolts.name', expects: /^0x\w+.*:\t"bolts"$/ },
  { of: 'display', before: [...IN_SUM, 'display/x count'], say: 'next', expects: /\n1: \/x count = 0x3$/ },
  { of: 'undisplay', before: [...IN_SUM, 'display count', 'undisplay 1'], say: 'next', expects: /^\d+\t[^\n]*$/ },
  { of: 'ptype', before: ['start'], say: 'ptype bolts', expects: /^type = struct item\n {4}int count;\n/ },
  { of: 'set', before: [...IN_SUM, 'set var count = 1', 'finish'], say: 'print $$0', expects: /^\$2 = 2$/ },
  { of: 'set', before: ['start', 'set var bolts.count = 77'], say: 'continue', expects: /exited with code 77/ },
  { of: 'set', before: ['set listsize 3'], say: 'list sum', expects: /^[^\n]*\n[^\n]*\n[^\n]*$/ },
  {
    of: 'find',
    before: ['start'],
    say: 'find &table[0], +24, 5',
    expects: /^0x\w+ <table\+0x10>\n1 pattern found\.$|^0x\w+.*\n1 pattern found\.$/,
  },

  {
    of: 'thread',
    program: 'workers.c',
    before: ['catch call futex_wake', 'run'],
    say: 'thread apply all bt 1',
    expects: /Thread main #\d+ of process workers #\d+:\n#0[\s\S]*Thread thread #\d+ of process workers #\d+:\n#0/,
  },
  {
    of: 'process',
    program: 'parent.c',
    before: ['break mark', 'run'],
    say: 'process 3',
    expects: /^\[Switching to process parent #3\]/,
  },

  { of: 'list', before: ['list sum'], say: 'list', expects: new RegExp(`^${SUM + 6}\t[\\s\\S]*\n`) },
  { of: 'list', say: 'list 1,3', expects: /^1\t#include <stddef\.h>\n2\t#include <stdio\.h>\n3\t$/ },
  {
    of: 'disassemble',
    say: 'disassemble/s factorial',
    expects:
      /^Dump of assembler code for function factorial:\n\d+\tint factorial\(int n\) \{\n {3}0x\w+ <factorial>:\t[\s\S]*End of assembler dump\.$/,
  },
  { of: 'directory', say: 'directory /nowhere', expects: /^Source directories searched: \/nowhere:/ },

  { of: 'help', say: 'help step', expects: /^step \[COUNT\]\n {2}goes on to another source line/ },
  { of: 'quit', before: IN_SUM, say: 'quit 3', expects: /^$/ },
  {
    of: 'source',
    say: 'source tests/tools/debugger/terminal/programs/commands.txt',
    expects: /^Breakpoint 1 at [\s\S]*\$1 = 3$/,
  },
  { of: 'echo', say: 'echo one\\ntwo\\n', expects: /^one\ntwo$/ },
  { of: 'show', say: 'show listsize', expects: /^listsize is 10: / },
  { of: 'show', say: 'show commands', expects: /^ {4}1 {2}first\n {4}2 {2}second$/ },
  { of: 'gdb', say: 'gdb', expects: /^The gdb server is not offered here\.$/ },
  { of: 'tui', say: 'tui enable', expects: /^The full-screen view wants a terminal\.$/ },
  { of: 'layout', say: 'layout asm', expects: /wants a terminal/ },
  { of: 'focus', say: 'focus regs', expects: /wants a terminal/ },
  { of: 'refresh', say: 'refresh', expects: /wants a terminal/ },

  { of: 'info', say: 'info', expects: /`help info` lists them/ },
  {
    of: 'info breakpoints',
    before: ['break twice if n > 9', 'ignore 1 4', 'break main'],
    say: 'info breakpoints',
    expects: /1 +breakpoint +keep y +0x\w+ in twice at inventory\.c:\d+\n\tstop only if n > 9\n\tignore next 4 hits\n2/,
  },
  {
    of: 'info registers',
    before: IN_SUM,
    say: 'info registers pc a1',
    expects: /^pc +0x\w+ +0x\w+ <sum\+0x\w+>\na1 +0x\w+ +-?\d+$/,
  },
  {
    of: 'info all-registers',
    before: IN_SUM,
    say: 'info all-registers',
    expects: /^zero +0x0[\s\S]*\nmstatus +0x\w+ +MPP=U/,
  },
  {
    of: 'info control',
    before: IN_SUM,
    say: 'info control mstatus satp mcause',
    expects: /^mstatus +0x\w+ +MPP=U.*\nsatp +0x8\w+ +MODE=Sv32 ASID=\d+ PPN=0x\w+\nmcause +0x\w+ +\w+/,
  },
  {
    of: 'info threads',
    program: 'workers.c',
    before: ['catch call futex_wake', 'run'],
    say: 'info threads',
    expects: /\n {2}thread #\d+ +workers #\d+ +blocked +0x\w+ in \w+.*; waits for the futex 0x\w+, held by main #\d+/,
  },
  {
    of: 'info processes',
    program: 'parent.c',
    before: ['break mark', 'run'],
    say: 'info processes',
    expects: /\n {2}3 +running +1 +parent\n.*\n\* \d+ +running +1 +child$/,
  },
  {
    of: 'info program',
    program: 'faulty.c',
    before: ['run'],
    say: 'info program',
    expects: /stopped: load page fault at address 0x8: a null pointer\.$/,
  },
  { of: 'info locals', before: [...IN_SUM, 'next'], say: 'info locals', expects: /result = 0/ },
  { of: 'info args', before: IN_SUM, say: 'info args', expects: /^numbers = 0x\w+ <table>\ncount = 3$/ },
  {
    of: 'info frame',
    before: IN_SUM,
    say: 'info frame',
    expects: /^Stack level 0, frame at 0x\w+:\n pc = 0x\w+ <sum\+0x\w+>;[^\n]*\n called by frame 1/,
  },
  {
    of: 'info source',
    before: IN_SUM,
    say: 'info source',
    expects: /^Current source file is inventory\.c\nContains \d+ lines\.$/,
  },
  { of: 'info sources', say: 'info sources', expects: /(^|\n)inventory\.c(\n|$)/ },
  {
    of: 'info line',
    say: 'info line sum',
    expects: new RegExp(
      `^Line ${SUM + 1} of "inventory\\.c" starts at address 0x\\w+ <sum\\+0x\\w+> and ends at 0x\\w+`,
    ),
  },
  { of: 'info address', say: 'info address total', expects: /^Symbol "total" is a int at address 0x\w+\.$/ },
  { of: 'info symbol', say: 'info symbol &table[1]', expects: /^table \+ 4 is at 0x\w+$/ },
  {
    of: 'info functions',
    say: 'info functions ^(sum|twice)$',
    expects: /^0x\w+ {2}(sum|twice) {2}inventory\.c:\d+\n0x\w+ {2}(sum|twice) {2}inventory\.c:\d+$/,
  },
  { of: 'info variables', say: 'info variables ^table$', expects: /^0x\w+ {2}table {2}24 bytes$/ },
  { of: 'info display', before: [...IN_SUM, 'display count'], say: 'info display', expects: /^1: {3}y {2}count$/ },
  {
    of: 'info faults',
    before: ['handle breakpoint nopass'],
    say: 'info faults',
    expects: /\nbreakpoint +Yes +Yes +No\n/,
  },
  { of: 'info calls', say: 'info calls channel_send', expects: /^0x\w+ {2}channel_send/ },
  {
    of: 'info queues',
    program: 'workers.c',
    before: ['catch call futex_wake', 'run'],
    say: 'info queues',
    expects: /POOLS \(\d+\)[\s\S]*CHANNELS \(\d+\)/,
  },
  { of: 'info time', before: IN_SUM, say: 'info time', expects: /^\d+ ns, \d+ instructions$/ },
  { of: 'info convenience', before: ['set var $mine = 5'], say: 'info convenience', expects: /^\$mine = 5$/ },
  { of: 'info values', before: ['print 1 + 1'], say: 'info values', expects: /^\$1 = 2$/ },
  ...INFOS.filter(({ summary }) => summary.startsWith('the table of')).map(
    ({ name }): Row => ({
      of: `info ${name}`,
      program: 'workers.c',
      before: ['catch call futex_wake', 'run'],
      say: `info ${name}`,
      expects: new RegExp(`^(${name.toUpperCase()} \\(\\d+\\)\\n|none: ${name}$)`),
    }),
  ),
];
