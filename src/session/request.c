/* request.c - what the window asks of the engine thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/request.h"

PwkRequest *
pwk_request_new (PwkRequestKind kind)
{
  PwkRequest *request = g_new0 (PwkRequest, 1);

  request->kind = kind;
  return request;
}

void
pwk_wishes_free (PwkWish *wishes, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++)
    if (wishes[i].free_params)
      wishes[i].free_params (wishes[i].params);
  g_free (wishes);
}

void
pwk_request_free (PwkRequest *request)
{
  g_clear_pointer (&request->script, pwk_script_unref);
  g_strfreev (request->overrides);
  g_free (request->folder);
  g_free (request->text);
  g_free (request->condition);
  pwk_wishes_free (request->wishes, request->n_wishes);
  g_free (request);
}
