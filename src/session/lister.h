/* lister.h - pages of events, looked for while nothing else is asked for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"
#include "session/request.h"

/* The engine thread's: what is being looked for, in order, bit by bit, so that steps and wishes do not wait for a long search. */
typedef struct
{
  GQueue jobs;   /* Job, owned */
} PwkLister;

/* Takes @request, a PWK_REQUEST_LIST. How many jobs with its key it takes the place of. */
unsigned      pwk_lister_add     (PwkLister *lister, PwkRequest *request, unsigned folds);
bool          pwk_lister_is_busy (const PwkLister *lister);
/* Serial of the request that is next to go on. */
uint64_t      pwk_lister_serial  (const PwkLister *lister);
/* Goes on for about @budget_us. A page (shared), if one is done; without @navigator it is empty. */
PwkEventPage *pwk_lister_go_on   (PwkLister *lister, PwkNavigator *navigator, int64_t budget_us);
/* The page of the next job as it is, empty: its history is gone. NULL: there is none. */
PwkEventPage *pwk_lister_give_up (PwkLister *lister);
void          pwk_lister_clear   (PwkLister *lister);
