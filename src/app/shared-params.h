/* shared-params.h - parameters of a wish, used by the window and the engine thread at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A wish is sent again and again, and the session frees the parameters that it got, each time. So they are lent: the pointer that goes
 * out is the caller's own, and its last holder, in whichever thread, frees it. */
typedef struct _PwkSharedParams PwkSharedParams;

PwkSharedParams *pwk_shared_params_new       (gpointer params, GDestroyNotify free_params);
void             pwk_shared_params_unref     (PwkSharedParams *shared);
/* The parameters, until they are given back; from any thread. */
gpointer         pwk_shared_params_lend      (PwkSharedParams *shared);
void             pwk_shared_params_give_back (gpointer params);
