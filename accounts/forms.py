"""What a person types about themselves and those they care for."""

from django import forms


class SignUpForm(forms.Form):
    name = forms.CharField(max_length=80)

    def signup(self, request, user):  # noqa
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
