/** Answers that listeners owe and will not give: to interrupts, to faults, and to shortages of memory. */
import { faultUnanswered } from '../faults/answers.js';
import { interruptAnswered } from '../interrupts/answers.js';
import type { Kernel } from '../kernel.js';
import { shortageUnanswered } from '../shortage/answers.js';
import { FAULT_OWED } from '../state/owing.js';

/** The listener of a registration owed an answer and is gone: that counts as one. */
export function answerMissing(k: Kernel, registration: number): void {
  const { owes } = k.state.registrations;
  if (owes[registration] >= FAULT_OWED) faultUnanswered(k, registration);
  else if (owes[registration] > 0) interruptAnswered(k, registration);
  else shortageUnanswered(k, registration);
}
