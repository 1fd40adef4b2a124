/* loss.h - what a recording has and the machine could not follow, told on standard error
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/runner.h"

/* FILE:LINE:COLUMN: note: … for each call that was lost when the script was read. */
void  pwk_losses_print_read    (const PwkScript *script);
/* The same for a statement that has been carried out, if it was lost. */
void  pwk_losses_print_outcome (const PwkScript *script, const PwkStatement *statement, const PwkOutcome *outcome);
/* Those of the first @n_done statements, and those of reading. */
guint pwk_losses_count         (const PwkRunner *runner, guint n_done);
/* How many there were, in a sentence; nothing if there were none. */
void  pwk_losses_print_count   (guint n);
