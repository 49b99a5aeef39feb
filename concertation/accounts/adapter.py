"""How allauth behaves here: no page of its own, and answers in our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .limits import network_of
from .models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """A closed account is told so, once its holder has proved who they are."""
        return render(request, "accounts/inactive.html", status=403)

    def get_client_ip(self, request: HttpRequest) -> str:
        return network_of(request)

    def is_safe_url(self, url: str | None) -> bool:
        from .addresses import is_path_of_this_site

        return is_path_of_this_site(url)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages themselves say what happened; a reader gets no cookie for it."""
