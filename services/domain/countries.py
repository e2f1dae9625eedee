"""Names of countries as the last line of an address (docs/print-rules.md, address 3)."""

import unicodedata
from typing import Final


def is_uk(line: str) -> bool:
    """Whether the line names the United Kingdom, a part of it, or an island that is posted to as a part."""
    return _key(line) in _UK


def is_abroad(line: str) -> bool:
    """Whether the line names another country. A name that isn't known here is taken for none."""
    return _key(line) in _ABROAD


def _key(line: str) -> str:
    """Letters and digits alone, without case, accents or a leading "the"."""
    plain = unicodedata.normalize("NFKD", line).casefold().replace("&", "and")
    return "".join(filter(str.isalnum, plain)).removeprefix("the")


def _keys(names: str) -> frozenset[str]:
    return frozenset(_key(name) for name in names.replace("\n", ";").split(";") if name.strip())


_UK: Final = _keys("""
United Kingdom; UK; GB; GBR; Great Britain; Britain; England; Scotland; Wales; Northern Ireland; N Ireland; NI
North Ireland; Cymru; Lloegr; Yr Alban; Gogledd Iwerddon; Y Deyrnas Unedig; Y Deyrnas Gyfunol
Channel Islands; Jersey; Guernsey; Alderney; Sark; Herm; Isle of Man
""")
_ABROAD: Final = _keys("""
Afghanistan; Albania; Algeria; Andorra; Angola; Anguilla; Antigua and Barbuda; Argentina; Armenia; Aruba
Ascension Island; Australia; Austria; Azerbaijan; Azores; Bahamas; Bahrain; Balearic Islands; Bangladesh
Barbados; Belarus; Belgium; Belize; Benin; Bermuda; Bhutan; Bolivia; Bosnia and Herzegovina; Botswana
Brazil; British Virgin Islands; Brunei; Bulgaria; Burkina Faso; Burma; Burundi; Cambodia; Cameroon; Canada
Canary Islands; Cape Verde; Cayman Islands; Central African Republic; Chad; Chile; China; Colombia; Comoros
Congo; Democratic Republic of Congo; Corsica; Costa Rica; Croatia; Cuba; Curaçao; Cyprus; Czech Republic
Czechia; Denmark; Djibouti; Dominica; Dominican Republic; Dubai; East Timor; Ecuador; Egypt; El Salvador
Equatorial Guinea; Eritrea; Estonia; Eswatini; Ethiopia; Falkland Islands; Faroe Islands; Fiji; Finland
France; French Guiana; French Polynesia; Gabon; Gambia; Georgia; Germany; Ghana; Gibraltar; Greece
Greenland; Grenada; Guadeloupe; Guam; Guatemala; Guinea; Guinea-Bissau; Guyana; Haiti; Holland; Honduras
Hong Kong; Hungary; Iceland; India; Indonesia; Iran; Iraq; Ireland; Republic of Ireland; Irish Republic
Southern Ireland; Eire; ROI; Israel; Italy; Ivory Coast; Côte d'Ivoire; Jamaica; Japan; Jordan; Kazakhstan
Kenya; Kiribati; Korea; Kosovo; Kuwait; Kyrgyzstan; Laos; Latvia; Lebanon; Lesotho; Liberia; Libya
Liechtenstein; Lithuania; Luxembourg; Macao; Macau; Madagascar; Madeira; Malawi; Malaysia; Maldives; Mali
Malta; Marshall Islands; Martinique; Mauritania; Mauritius; Mayotte; Mexico; Micronesia; Moldova; Monaco
Mongolia; Montenegro; Montserrat; Morocco; Mozambique; Myanmar; Namibia; Nauru; Nepal; Netherlands
New Caledonia; New Zealand; Nicaragua; Niger; Nigeria; Niue; North Korea; North Macedonia; Macedonia; Norway
Oman; Pakistan; Palau; Palestine; Panama; Papua New Guinea; Paraguay; Peru; Philippines; Pitcairn Islands
Poland; Portugal; Puerto Rico; Qatar; Réunion; Romania; Russia; Russian Federation; Rwanda; Saint Helena
St Helena; Saint Kitts and Nevis; St Kitts and Nevis; Saint Lucia; St Lucia
Saint Vincent and the Grenadines; St Vincent and the Grenadines; Samoa; San Marino; São Tomé and Príncipe
Saudi Arabia; Senegal; Serbia; Seychelles; Sierra Leone; Singapore; Sint Maarten; Slovakia; Slovenia
Solomon Islands; Somalia; Somaliland; South Africa; South Georgia; South Korea; South Sudan; Spain
Sri Lanka; Sudan; Suriname; Swaziland; Sweden; Switzerland; Syria; Taiwan; Tajikistan; Tanzania; Thailand
Tibet; Timor-Leste; Togo; Tonga; Trinidad and Tobago; Tristan da Cunha; Tunisia; Turkey; Türkiye
Turkmenistan; Turks and Caicos Islands; Tuvalu; Uganda; Ukraine; United Arab Emirates; UAE; Uruguay; US; USA
United States; United States of America; America; Uzbekistan; Vanuatu; Vatican City; Venezuela; Vietnam
Viet Nam; Yemen; Zambia; Zimbabwe; Belgique; België; Brasil; Cabo Verde; Danmark; Deutschland; España
Italia; Nederland; Norge; Österreich; Polska; Schweiz; Suisse; Suomi; Sverige
""")
