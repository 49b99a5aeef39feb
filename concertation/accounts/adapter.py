"""Adapt allauth: no page of its own, and messages in our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .limits import network_of
from .models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Show that the account is closed, once its holder has proved who they are."""
        return render(request, "accounts/inactive.html", status=403)

    def get_client_ip(self, request: HttpRequest) -> str:
        return network_of(request)

    def is_safe_url(self, url: str | None) -> bool:
        from .addresses import is_path_of_this_site

        return is_path_of_this_site(url)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the pages show what happened, and a visitor gets no cookie for it."""
