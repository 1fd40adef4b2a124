/* exited.h - a process that a picture would be of, if it had not exited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/view-common.h"

/* Part of a model; all zero: the process in question is there, or none ever was. */
typedef struct
{
  uint64_t n;         /* event by which it exited: its last moment, its address space is whole */
  char    *name;      /* owned: name and number */
} PwkExited;

/* The process in question (pwk_view_task ()); where there is none any more, the last that was. */
void        pwk_exited_read  (PwkExited *exited, const PwkObservation *observation,
                              const PwkViewParams *params);
void        pwk_exited_clear (PwkExited *exited);

/* "A (pid 1) exited at event 1,234."; translated, the caller frees. */
char       *pwk_exited_say   (const PwkExited *exited);
/* In the middle of @box: that, if there is room for it, and below it as a thing its last moment,
 * where a window has a button. */
void        pwk_pen_exited   (const PwkPen *pen, PwkBox box, const PwkExited *exited);
/* The last moment in a picture, or NULL. */
const PwkItem *pwk_exited_item (const PwkScene *scene);
