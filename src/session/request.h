/* request.h - what the window asks of the engine thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

typedef enum
{
  PWK_REQUEST_OPEN, PWK_REQUEST_REPLACE, PWK_REQUEST_APPEND, PWK_REQUEST_SEEK, PWK_REQUEST_SEEK_SPOT, PWK_REQUEST_STEP,
  PWK_REQUEST_PLAY, PWK_REQUEST_TRAVEL, PWK_REQUEST_PAUSE, PWK_REQUEST_FIND, PWK_REQUEST_LIST, PWK_REQUEST_WISHES, PWK_REQUEST_HASH, PWK_REQUEST_FOLDS,
  PWK_REQUEST_STRETCH, PWK_REQUEST_ADD_BREAKPOINT,
  PWK_REQUEST_REMOVE_BREAKPOINT, PWK_REQUEST_ENABLE_BREAKPOINT, PWK_REQUEST_ADD_BOOKMARK, PWK_REQUEST_REMOVE_BOOKMARK
} PwkRequestKind;

/* One request; owns what it holds. */
typedef struct
{
  PwkRequestKind kind;
  uint64_t   serial;       /* given when it is posted */
  PwkScript *script;
  char     **overrides;
  char      *folder, *text, *condition;   /* text: event's name, or a note */
  uint64_t   position;
  PwkSpot    spot;
  PwkStretchQuery stretch;
  int64_t    number;       /* count, limit */
  uint32_t   id;           /* … or key */
  const PwkModelClass *klass;
  PwkStepBy  by;
  double     speed;
  bool       flag;         /* backwards, wanted, enabled, skip */
  PwkWish   *wishes;
  uint32_t   n_wishes;
} PwkRequest;

PwkRequest *pwk_request_new   (PwkRequestKind kind);
void        pwk_request_free  (PwkRequest *request);
void        pwk_wishes_free   (PwkWish *wishes, uint32_t n);
