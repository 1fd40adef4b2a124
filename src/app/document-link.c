/* document-link.c - what ties a widget to the document that it shows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/document-link.h"

#define SIGNALS "pwk-document-signals"

enum { PROP_DOCUMENT = 1 };

static GQuark
link_quark (void)
{
  return g_quark_from_static_string ("pwk-document-link");
}

static PwkDocument **
place_of (gpointer owner, const PwkDocumentLink *link)
{
  return G_STRUCT_MEMBER_P (owner, link->document);
}

/* The group outlives documents: it goes with the widget. */
static GSignalGroup *
signals_of (gpointer owner, const PwkDocumentLink *link)
{
  GSignalGroup *signals = g_object_get_data (owner, SIGNALS);

  if (signals)
    return signals;
  signals = g_signal_group_new (PWK_TYPE_DOCUMENT);
  for (const PwkDocumentSignal *signal = link->signals; signal->name; signal++)
    g_signal_group_connect_swapped (signals, signal->name, signal->callback, owner);
  g_object_set_data_full (owner, SIGNALS, signals, g_object_unref);
  return signals;
}

static void
call (GCallback callback, gpointer owner)
{
  if (callback)
    ((void (*) (gpointer)) callback) (owner);
}

static void
leave (gpointer owner, const PwkDocumentLink *link)
{
  PwkDocument **document = place_of (owner, link);

  if (!*document)
    return;
  g_signal_group_set_target (signals_of (owner, link), NULL);
  call (link->leave, owner);
  if (link->key)
    pwk_document_set_wish (*document, G_STRUCT_MEMBER (uint32_t, owner, link->key), NULL, NULL, NULL);
  g_clear_object (document);
}

static void
enter (gpointer owner, const PwkDocumentLink *link, PwkDocument *document)
{
  *place_of (owner, link) = g_object_ref (document);
  if (link->key)
    G_STRUCT_MEMBER (uint32_t, owner, link->key) = pwk_document_new_wish_key (document);
  g_signal_group_set_target (signals_of (owner, link), document);
  call (link->enter, owner);
}

bool
pwk_document_link_set (gpointer owner, const PwkDocumentLink *link, PwkDocument *document)
{
  if (*place_of (owner, link) == document)
    return false;
  leave (owner, link);
  if (document)
    enter (owner, link, document);
  return true;
}

static void
get_property (GObject *object, guint id G_GNUC_UNUSED, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, *place_of (object, g_param_spec_get_qdata (pspec, link_quark ())));
}

static void
set_property (GObject *object, guint id G_GNUC_UNUSED, const GValue *value, GParamSpec *pspec)
{
  pwk_document_link_set (object, g_param_spec_get_qdata (pspec, link_quark ()), g_value_get_object (value));
}

void
pwk_document_link_install (GObjectClass *klass, const PwkDocumentLink *link)
{
  GParamSpec *pspec = g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  g_param_spec_set_qdata (pspec, link_quark (), (gpointer) link);
  klass->get_property = get_property;
  klass->set_property = set_property;
  g_object_class_install_property (klass, PROP_DOCUMENT, pspec);
}
