<?xml version="1.0" encoding="utf-8"?>
<CHANNEL HREF="https://news.example/" BASE="https://news.example/"><TITLE>Channel</TITLE>
<ITEM HREF="https://news.example/1/" LASTMOD="2026-03-02T06:00:00Z"><TITLE>An old kind of feed</TITLE><ABSTRACT>Nobody writes it any more.</ABSTRACT></ITEM></CHANNEL>
