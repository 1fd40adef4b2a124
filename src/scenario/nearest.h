/* nearest.h - what somebody meant who wrote a name that is not known
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef struct
{
  const char *name;         /* as it was written */
  const char *found;        /* the most like it of those tried so far, or NULL: none is near */
  guint       distance;     /* letters between the two; what may be at most, while there is none */
} PwkNearest;

PwkNearest pwk_nearest     (const char *name);
void       pwk_nearest_try (PwkNearest *nearest, const char *candidate);
