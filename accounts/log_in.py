"""The log-in form. It asks whose device it is: that decides what the device may keep."""

from allauth.account.forms import LoginForm
from django import forms


class LogInForm(LoginForm):
    remember = forms.BooleanField(
        label="This is my own phone or computer",
        required=False,
        initial=True,
        help_text="Take the tick away on a device that others use. You are then logged out when "
        "the browser closes, and nothing half typed is kept there.",
    )
