/* player.h - a machine that goes on by itself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"

#define PWK_FRAME_US 15000    /* a playing machine is shown this often at most */

/* The engine thread's. */
typedef struct
{
  bool      playing;
  uint64_t  serial;      /* of the request that began it */
  PwkStepBy by;
  double    speed;       /* steps a second, 0: as fast as it can */
  int64_t   clock_us;
  double    owed;        /* steps due */
} PwkPlayer;

void    pwk_player_start (PwkPlayer *player, uint64_t serial, PwkStepBy by, double speed);
/* One frame's worth: for a frame's time, or the steps that are due. What ended it: REACHED or TIME if it goes on. */
PwkStop pwk_player_frame (PwkPlayer *player, PwkNavigator *navigator);
