"""Static files under the names of their contents."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The imports of scripts name the hashed files too: a browser never joins modules of two releases."""

    support_js_module_import_aggregation = True
