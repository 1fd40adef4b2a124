/* document-link.h - what ties a widget to the document that it shows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"

/* A signal of the document, and what the widget does at it: callback (owner, …), as if connected swapped. */
typedef struct { const char *name; GCallback callback; } PwkDocumentSignal;

/* One a class, constant:
 *
 *   property "document" ──▶ PwkDocument *document ──signals──▶ callbacks
 *                                 └──────wish key────▶ model in each snapshot
 *
 * enter and leave are void (*) (gpointer owner), or NULL. */
typedef struct
{
  gsize             document;     /* offset in the instance of its PwkDocument *, owned */
  gsize             key;          /* offset of the uint32_t under which it wishes for a model; 0: it wishes for none */
  GCallback         enter;        /* there is a document now, and its signals are connected */
  GCallback         leave;        /* it is about to go, its signals are no longer connected */
  PwkDocumentSignal signals[7];   /* ended by one without a name */
} PwkDocumentLink;

/* Gives @klass the property "document", its only one. @link is kept. */
void pwk_document_link_install (GObjectClass *klass, const PwkDocumentLink *link);
/* Another @document, or NULL; its dispose sets NULL. True if it was not @owner's already. */
bool pwk_document_link_set     (gpointer owner, const PwkDocumentLink *link, PwkDocument *document);
