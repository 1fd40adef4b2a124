/* go-to-dialog.h - to an event, an address, a frame, a line
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/window.h"

typedef enum { PWK_PLACE_NONE, PWK_PLACE_EVENT, PWK_PLACE_ADDRESS, PWK_PLACE_PFN, PWK_PLACE_LINE, PWK_PLACE_KIND } PwkPlaceKind;
typedef struct { PwkPlaceKind kind; uint64_t number; PwkSpot rounds; } PwkPlace;   /* number: PwkEventKind of a kind; rounds: of a line in loops */

/* What people typed: "1234", "event 1234", "0x7ffff7ff5000", "pfn 1024", "line 12", in a loop "line 12:3", "page_fault_user". */
PwkPlace pwk_place_parse    (const char *text);
/* What going there does, as a sentence; for no place, what may be typed. Caller frees. */
char    *pwk_place_describe (PwkPlace place);
/* Goes where @text says; for a kind of event, which may have a condition behind it ("split order >= 3"), to the next or the last one. */
void     pwk_place_go       (PwkWindow *window, const char *text, gboolean backwards);

#define PWK_TYPE_GO_TO_DIALOG (pwk_go_to_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PwkGoToDialog, pwk_go_to_dialog, PWK, GO_TO_DIALOG, AdwWindow)

void pwk_go_to_dialog_present (PwkWindow *window);
