"""A message as the phone will show it: what is cut, and pictures for the terminal and the browser.

``layout`` forecasts in DP what is shown and what is lost, ``findings`` says it in the words of the check;
``terminal`` and ``html`` draw the same forecast. Everything is returned, nothing is printed.
"""
