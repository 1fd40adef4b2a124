/* tour-card.h - the narration of a lesson, from one pause () to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Shows what step (), say () and ask () tell before the place where the machine is, takes answers, and plays to the next pause (); a second
 * Next, or Escape, arrives there at once, and where nothing is to move it jumps. It follows when people step themselves. Invisible while the scenario has no narration or the lesson was ended. Property: "document". */
#define PWK_TYPE_TOUR_CARD (pwk_tour_card_get_type ())
G_DECLARE_FINAL_TYPE (PwkTourCard, pwk_tour_card, PWK, TOUR_CARD, AdwBin)

/* Goes to the first stop. */
void     pwk_tour_card_start     (PwkTourCard *self);
/* Whether narration is shown as far as there is any; opening a scenario turns it on. */
void     pwk_tour_card_set_active (PwkTourCard *self, gboolean active);
/* Whether the scenario that is open tells anything. */
/* To the next page or the one before; forward from the last ends the lesson. */
void pwk_tour_card_turn (PwkTourCard *self, gboolean forward);
gboolean pwk_tour_card_has_stops (PwkTourCard *self);
