/* player.h - a machine that goes on by itself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"

#define PWK_FRAME_US 15000    /* a playing machine is shown this often at most */

/* The engine thread's. With a destination it goes there in steps of so many events that there are at most PWK_TRAVEL_STEPS of them:
 *
 *      from ──•──•──•──•──• to          a stretch of 80 events: 16 steps of 5, PWK_TRAVEL_SPEED a second */
#define PWK_TRAVEL_STEPS 16
typedef struct
{
  bool      playing;
  uint64_t  serial;      /* of the request that began it */
  PwkStepBy by;
  double    speed;       /* steps a second, 0: as fast as it can */
  int64_t   clock_us;
  double    owed;        /* steps due */
  uint64_t  to;          /* event at which a travel ends, 0: this is none */
  int       stride;      /* events a step of it */
} PwkPlayer;

void    pwk_player_start (PwkPlayer *player, uint64_t serial, PwkStepBy by, double speed);
/* From the position to event @to, behind it. */
void    pwk_player_travel (PwkPlayer *player, uint64_t serial, const PwkNavigator *navigator, uint64_t to);
/* One frame's worth: for a frame's time, or the steps that are due. What ended it: REACHED or TIME if it goes on. */
PwkStop pwk_player_frame (PwkPlayer *player, PwkNavigator *navigator);
