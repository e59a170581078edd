#!/usr/bin/python3
"""A window with WebKitGTK in it, to be driven, that keeps what it stores in the folder it is given.

WebKit's own MiniBrowser keeps nothing when it is driven, so nothing could be there after a dead
battery. Started by WebKitWebDriver: webkit.py FOLDER WIDTH HEIGHT
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2

folder, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data = WebKit2.WebsiteDataManager(
    base_data_directory=folder + "/data", base_cache_directory=folder + "/cache"
)
context = WebKit2.WebContext(website_data_manager=data)
context.set_automation_allowed(True)
context.set_preferred_languages(["nl"])


def open_window(session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window()
    window.set_default_size(width, height)
    window.add(view)
    window.show_all()
    view.grab_focus()
    return view


def begin(context, session):
    # Without a name and a version the driver takes it for no browser.
    about = WebKit2.ApplicationInfo()
    about.set_name("WebKitGTK")
    about.set_version(
        WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version()
    )
    session.set_application_info(about)
    session.connect("create-web-view", open_window)


context.connect("automation-started", begin)
Gtk.main()
