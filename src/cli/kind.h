/* kind.h - which subcommand a file is for, where another was tried
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What to say of the file @path that was given to "run" and is no scenario: which command takes it. NULL: nothing better than the error of
 * whoever read it. Caller frees. */
char *pwk_kind_advice_for_run    (const char *path);
/* The same for "replay" and a file that is no trace. */
char *pwk_kind_advice_for_replay (const char *path);
