"""Failed sendings by two dimensions as a file: counts alone, nothing of a patient."""

from io import BytesIO
from typing import Final

import pyarrow.parquet as pq
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.analytics.question import Question
from services.bootstrap import Application
from services.domain.local_time import LONDON
from services.listing.csv_file import csv_file
from services.listing.formulas import neutralised
from services.sessions import SignedIn

_TYPES: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def pivot(request: Request) -> Response:
    """GET /measures/pivot/{form}?rows=practice&columns=group&from=2026-09-01&to=2026-11-23&team=North."""
    form, query = request.path_params["form"], request.query_params
    if form not in _TYPES:
        raise HTTPException(404)
    application: Application = request.state.application
    signed_in: SignedIn = request.state.signed_in
    today = application.clock.now().astimezone(LONDON).date()
    question = Question.from_query({name: query.getlist(name) for name in query}, today)
    analytics = application.analytics(signed_in.service_id)
    try:
        table = analytics.pivot(
            signed_in.user, question, query.get("rows", "practice"), query.get("columns", "group")
        )
    except ValueError as problem:
        raise HTTPException(400, str(problem)) from problem
    if form == "parquet":
        out = BytesIO()
        pq.write_table(table, out)
        content = out.getvalue()
    else:
        for place, name in enumerate(("row", "column")):
            table = table.set_column(place, name, neutralised(table[name].combine_chunks()))
        content = b"".join(csv_file(table))
    headers = {
        "Content-Disposition": f'attachment; filename="failed.{form}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=_TYPES[form], headers=headers)


ROUTES: Final = [Route("/measures/pivot/{form}", pivot)]
