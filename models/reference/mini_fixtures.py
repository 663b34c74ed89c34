"""All fixtures that depend on models/mini, made again for the weights and tokenizers that lie there now.

    python models/reference/mini_fixtures.py
"""

import many_tokens
import mini_pipeline
import token_fixtures

if __name__ == "__main__":
    token_fixtures.main()
    many_tokens.main()
    mini_pipeline.main()
