/* assert.h - what must hold, in every build; who takes over when it does not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <setjmp.h>

#include <glib.h>

/* Where a thread goes on when an assertion fails, and which one it was. The strings are static. A lock that is held across the jump
 * stays held, so whoever catches holds none; what the frames in between own is lost, and the machine is only fit to be freed. */
typedef struct
{
  jmp_buf     where;
  const char *file, *condition;
  int         line;
} PwkAssertCatch;

/* From now on a failed assertion of this thread jumps to @into (NULL: prints and aborts), whose where was set by setjmp (). A catch
 * serves once. */
void  pwk_assert_catch  (PwkAssertCatch *into);
/* "the engine stopped at FILE:LINE (CONDITION)"; caller owns. */
char *pwk_assert_words  (const char *file, int line, const char *condition);
void  pwk_assert_failed (const char *file, int line, const char *condition) G_GNUC_NORETURN;

#define pwk_assert(condition) \
  G_STMT_START { if (G_UNLIKELY (!(condition))) pwk_assert_failed (__FILE__, __LINE__, #condition); } G_STMT_END
