/* assert.h - what must hold, in which builds; who takes over when it does not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <setjmp.h>

#include <glib.h>

/* Where a thread goes on when an assertion fails, and which one it was. The strings are static. A
 * lock that is held across the jump stays held, so whoever catches holds none; what the frames in
 * between own is lost, and the machine is only fit to be freed. */
typedef struct
{
  jmp_buf     where;
  const char *file, *condition;
  int         line;
} PwkAssertCatch;

/* From now on a failed assertion of this thread jumps to @into (NULL: prints and aborts), whose
 * where was set by setjmp (). A catch serves once. */
void  pwk_assert_catch  (PwkAssertCatch *into);
/* "the engine stopped at FILE:LINE (CONDITION)"; caller owns. */
char *pwk_assert_words  (const char *file, int line, const char *condition);
void  pwk_assert_failed (const char *file, int line, const char *condition) G_GNUC_NORETURN;

/* Three strengths. A condition has no side effects, and says one thing.
 *
 *      pwk_assert        every build        what would make all that follows a lie: a count below zero, a branch that cannot be
 *      pwk_assert_door   all but release    what a caller promised, where a call costs much more than the question
 *      pwk_assert_debug  debug, and tests   the same in hot paths (a list operation, a TLB hit, a record of a pool), and what takes a search
 *
 * -Dassertions= chooses, else the buildtype. What is left out is compiled all the same, so that it
 * cannot rot. */
#ifndef PWK_ASSERT_LEVEL
#define PWK_ASSERT_LEVEL 1
#endif

#define pwk_assert(condition) \
  G_STMT_START { if (G_UNLIKELY (!(condition))) pwk_assert_failed (__FILE__, __LINE__, #condition); } G_STMT_END
#define PWK_ASSERT_NOT(condition) G_STMT_START { if (0) (void) (condition); } G_STMT_END

#if PWK_ASSERT_LEVEL >= 1
#define pwk_assert_door(condition) pwk_assert (condition)
#else
#define pwk_assert_door(condition) PWK_ASSERT_NOT (condition)
#endif

#if PWK_ASSERT_LEVEL >= 2
#define pwk_assert_debug(condition) pwk_assert (condition)
#else
#define pwk_assert_debug(condition) PWK_ASSERT_NOT (condition)
#endif
